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
CREATE TABLE stage (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	title VARCHAR NOT NULL, 
	description VARCHAR DEFAULT '' NOT NULL, 
	color VARCHAR NOT NULL, 
	sort_order INTEGER NOT NULL, 
	success_probability INTEGER NOT NULL, 
	stage_type INTEGER NOT NULL, 
	pipeline_id INTEGER DEFAULT 1 NOT NULL, 
	rotting_days INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT fk_stage_pipeline_id FOREIGN KEY(pipeline_id) REFERENCES pipeline (id)
)
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
CREATE TABLE opportunity (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	external_id VARCHAR, 
	title VARCHAR NOT NULL, 
	title_key VARCHAR NOT NULL, 
	description VARCHAR DEFAULT '' NOT NULL, 
	responsible_id VARCHAR(36) NOT NULL, 
	contact_id INTEGER, 
	bid_type INTEGER NOT NULL, 
	bid_value BIGINT NOT NULL, 
	bid_currency VARCHAR NOT NULL, 
	per_period_value INTEGER NOT NULL, 
	stage_id INTEGER, 
	success_probability INTEGER NOT NULL, 
	actual_close_on BIGINT, 
	expected_close_on BIGINT, 
	close_on BIGINT NOT NULL, 
	is_private BOOLEAN NOT NULL, 
	rank VARCHAR DEFAULT '' NOT NULL, 
	stage_since BIGINT DEFAULT 0 NOT NULL, 
	touched_on BIGINT DEFAULT 0 NOT NULL, 
	loss_reason_id INTEGER, 
	loss_comment VARCHAR, 
	closing_rate BIGINT, 
	closing_currency VARCHAR, 
	search_text VARCHAR NOT NULL, 
	is_long_text BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	deleted_on BIGINT, 
	deleted_by VARCHAR(36), 
	CONSTRAINT uq_opportunity_external_id UNIQUE (external_id), 
	CONSTRAINT ck_opportunity_on_a_stage_or_in_the_trash CHECK (stage_id is not null or deleted_on is not null), 
	CONSTRAINT fk_opportunity_responsible_id FOREIGN KEY(responsible_id) REFERENCES person (id), 
	CONSTRAINT fk_opportunity_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id), 
	CONSTRAINT fk_opportunity_stage_id FOREIGN KEY(stage_id) REFERENCES stage (id), 
	CONSTRAINT fk_opportunity_loss_reason_id FOREIGN KEY(loss_reason_id) REFERENCES loss_reason (id), 
	CONSTRAINT fk_opportunity_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_opportunity_modified_by FOREIGN KEY(modified_by) REFERENCES person (id), 
	CONSTRAINT fk_opportunity_deleted_by FOREIGN KEY(deleted_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_opportunity_loss_reason ON opportunity (loss_reason_id) WHERE loss_reason_id IS NOT null
;;
CREATE INDEX ix_opportunity_rank ON opportunity (stage_id, rank, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_touched ON opportunity (stage_id, touched_on) WHERE deleted_on IS null
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
