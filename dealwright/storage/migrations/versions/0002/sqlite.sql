CREATE TABLE pipeline (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	title VARCHAR NOT NULL, 
	sort_order INTEGER NOT NULL
)
;;
CREATE TABLE loss_reason (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	title VARCHAR NOT NULL, 
	sort_order INTEGER NOT NULL
)
;;
ALTER TABLE portal ADD COLUMN timezone VARCHAR
;;
ALTER TABLE stage ADD COLUMN pipeline_id INTEGER DEFAULT 1 NOT NULL CONSTRAINT fk_stage_pipeline_id REFERENCES pipeline (id)
;;
ALTER TABLE stage ADD COLUMN rotting_days INTEGER DEFAULT 0 NOT NULL
;;
CREATE TABLE saved_view (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	entity VARCHAR NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	title VARCHAR NOT NULL, 
	icon VARCHAR DEFAULT '' NOT NULL, 
	sort_order INTEGER NOT NULL, 
	is_shared BOOLEAN DEFAULT false NOT NULL, 
	filter VARCHAR NOT NULL, 
	columns VARCHAR NOT NULL, 
	sort_by VARCHAR DEFAULT '' NOT NULL, 
	is_descending BOOLEAN DEFAULT false NOT NULL, 
	created_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT fk_saved_view_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
;;
CREATE INDEX ix_saved_view_person ON saved_view (person_id, entity)
;;
ALTER TABLE opportunity ADD COLUMN rank VARCHAR DEFAULT '' NOT NULL
;;
ALTER TABLE opportunity ADD COLUMN stage_since BIGINT DEFAULT 0 NOT NULL
;;
ALTER TABLE opportunity ADD COLUMN touched_on BIGINT DEFAULT 0 NOT NULL
;;
ALTER TABLE opportunity ADD COLUMN loss_reason_id INTEGER CONSTRAINT fk_opportunity_loss_reason_id REFERENCES loss_reason (id)
;;
ALTER TABLE opportunity ADD COLUMN loss_comment VARCHAR
;;
ALTER TABLE opportunity ADD COLUMN closing_rate BIGINT
;;
ALTER TABLE opportunity ADD COLUMN closing_currency VARCHAR
;;
CREATE TABLE sales_target (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id VARCHAR(36), 
	team_id VARCHAR(36), 
	month INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	currency VARCHAR NOT NULL, 
	CONSTRAINT uq_sales_target_person_id_month UNIQUE (person_id, month), 
	CONSTRAINT uq_sales_target_team_id_month UNIQUE (team_id, month), 
	CONSTRAINT ck_sales_target_of_a_person_or_a_team CHECK ((person_id is null) <> (team_id is null)), 
	CONSTRAINT fk_sales_target_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE, 
	CONSTRAINT fk_sales_target_team_id FOREIGN KEY(team_id) REFERENCES team (id) ON DELETE CASCADE
)
;;
CREATE TABLE stage_stay (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	opportunity_id INTEGER NOT NULL, 
	stage_id INTEGER NOT NULL, 
	stage_title VARCHAR NOT NULL, 
	entered_on BIGINT NOT NULL, 
	left_on BIGINT, 
	entered_by VARCHAR(36), 
	CONSTRAINT fk_stage_stay_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id) ON DELETE CASCADE, 
	CONSTRAINT fk_stage_stay_entered_by FOREIGN KEY(entered_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_stage_stay_opportunity ON stage_stay (opportunity_id, id)
