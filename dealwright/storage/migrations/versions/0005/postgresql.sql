CREATE TABLE opportunity_sum (
	audience VARCHAR COLLATE "C" NOT NULL, 
	stage_id INTEGER NOT NULL, 
	responsible_id VARCHAR(36) COLLATE "C" NOT NULL, 
	bid_currency VARCHAR COLLATE "C" NOT NULL, 
	periods INTEGER NOT NULL, 
	success_probability INTEGER NOT NULL, 
	slot INTEGER NOT NULL, 
	number BIGINT NOT NULL, 
	billions BIGINT NOT NULL, 
	rest BIGINT NOT NULL, 
	CONSTRAINT pk_opportunity_sum PRIMARY KEY (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot)
)
;;
CREATE TABLE opportunity_viewer (
	opportunity_id INTEGER NOT NULL, 
	person_id VARCHAR(36) COLLATE "C" NOT NULL, 
	stage_id INTEGER NOT NULL, 
	responsible_id VARCHAR(36) COLLATE "C" NOT NULL, 
	bid_currency VARCHAR COLLATE "C" NOT NULL, 
	periods INTEGER NOT NULL, 
	success_probability INTEGER NOT NULL, 
	bid_value BIGINT NOT NULL, 
	CONSTRAINT pk_opportunity_viewer PRIMARY KEY (opportunity_id, person_id)
)
