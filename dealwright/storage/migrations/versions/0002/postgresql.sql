CREATE TABLE pipeline (
	id SERIAL NOT NULL, 
	title VARCHAR COLLATE "C" NOT NULL, 
	sort_order INTEGER NOT NULL, 
	CONSTRAINT pk_pipeline PRIMARY KEY (id)
)
;;
alter sequence pipeline_id_seq restart with 2
;;
CREATE TABLE loss_reason (
	id SERIAL NOT NULL, 
	title VARCHAR COLLATE "C" NOT NULL, 
	sort_order INTEGER NOT NULL, 
	CONSTRAINT pk_loss_reason PRIMARY KEY (id)
)
;;
ALTER TABLE portal ADD COLUMN timezone VARCHAR COLLATE "C"
;;
ALTER TABLE stage ADD COLUMN pipeline_id INTEGER DEFAULT 1 NOT NULL
;;
ALTER TABLE stage ADD COLUMN rotting_days INTEGER DEFAULT 0 NOT NULL
;;
CREATE TABLE saved_view (
	id SERIAL NOT NULL, 
	entity VARCHAR COLLATE "C" NOT NULL, 
	person_id VARCHAR(36) COLLATE "C" NOT NULL, 
	title VARCHAR COLLATE "C" NOT NULL, 
	icon VARCHAR COLLATE "C" DEFAULT '' NOT NULL, 
	sort_order INTEGER NOT NULL, 
	is_shared BOOLEAN DEFAULT false NOT NULL, 
	filter VARCHAR COLLATE "C" NOT NULL, 
	columns VARCHAR COLLATE "C" NOT NULL, 
	sort_by VARCHAR COLLATE "C" DEFAULT '' NOT NULL, 
	is_descending BOOLEAN DEFAULT false NOT NULL, 
	created_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_saved_view PRIMARY KEY (id), 
	CONSTRAINT fk_saved_view_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
;;
CREATE INDEX ix_saved_view_person ON saved_view (person_id, entity)
;;
ALTER TABLE opportunity ADD COLUMN rank VARCHAR COLLATE "C" DEFAULT '' NOT NULL
;;
ALTER TABLE opportunity ADD COLUMN stage_since BIGINT DEFAULT 0 NOT NULL
;;
ALTER TABLE opportunity ADD COLUMN touched_on BIGINT DEFAULT 0 NOT NULL
;;
ALTER TABLE opportunity ADD COLUMN loss_reason_id INTEGER
;;
ALTER TABLE opportunity ADD COLUMN loss_comment VARCHAR COLLATE "C"
;;
ALTER TABLE opportunity ADD COLUMN closing_rate BIGINT
;;
ALTER TABLE opportunity ADD COLUMN closing_currency VARCHAR COLLATE "C"
;;
CREATE TABLE sales_target (
	id SERIAL NOT NULL, 
	person_id VARCHAR(36) COLLATE "C", 
	team_id VARCHAR(36) COLLATE "C", 
	month INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	currency VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_sales_target PRIMARY KEY (id), 
	CONSTRAINT uq_sales_target_person_id_month UNIQUE (person_id, month), 
	CONSTRAINT uq_sales_target_team_id_month UNIQUE (team_id, month), 
	CONSTRAINT ck_sales_target_of_a_person_or_a_team CHECK ((person_id is null) <> (team_id is null)), 
	CONSTRAINT fk_sales_target_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE, 
	CONSTRAINT fk_sales_target_team_id FOREIGN KEY(team_id) REFERENCES team (id) ON DELETE CASCADE
)
;;
CREATE TABLE stage_stay (
	id SERIAL NOT NULL, 
	opportunity_id INTEGER NOT NULL, 
	stage_id INTEGER NOT NULL, 
	stage_title VARCHAR COLLATE "C" NOT NULL, 
	entered_on BIGINT NOT NULL, 
	left_on BIGINT, 
	entered_by VARCHAR(36) COLLATE "C", 
	CONSTRAINT pk_stage_stay PRIMARY KEY (id), 
	CONSTRAINT fk_stage_stay_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id) ON DELETE CASCADE, 
	CONSTRAINT fk_stage_stay_entered_by FOREIGN KEY(entered_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_stage_stay_opportunity ON stage_stay (opportunity_id, id)
