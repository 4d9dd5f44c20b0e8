CREATE TABLE portal (
	id INTEGER NOT NULL, 
	language VARCHAR NOT NULL, 
	currency VARCHAR NOT NULL, 
	is_documented BOOLEAN NOT NULL, 
	secret VARCHAR NOT NULL, 
	created_on BIGINT NOT NULL, 
	CONSTRAINT pk_portal PRIMARY KEY (id), 
	CONSTRAINT ck_portal_one_portal CHECK (id = 1)
)
;;
CREATE TABLE person (
	id VARCHAR(36) NOT NULL, 
	user_name VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	email_key VARCHAR NOT NULL, 
	first_name VARCHAR NOT NULL, 
	last_name VARCHAR NOT NULL, 
	job_title VARCHAR DEFAULT '' NOT NULL, 
	role VARCHAR NOT NULL, 
	is_terminated BOOLEAN DEFAULT false NOT NULL, 
	password_hash VARCHAR, 
	created_on BIGINT NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT uq_person_user_name UNIQUE (user_name), 
	CONSTRAINT uq_person_email_key UNIQUE (email_key)
)
;;
CREATE UNIQUE INDEX ix_person_one_owner ON person (role) WHERE role = 'owner'
;;
CREATE TABLE login_attempt (
	"key" VARCHAR NOT NULL, 
	failures INTEGER NOT NULL, 
	since BIGINT NOT NULL, 
	blocked_until BIGINT, 
	CONSTRAINT pk_login_attempt PRIMARY KEY ("key")
)
;;
CREATE TABLE stage (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	title VARCHAR NOT NULL, 
	description VARCHAR DEFAULT '' NOT NULL, 
	color VARCHAR NOT NULL, 
	sort_order INTEGER NOT NULL, 
	success_probability INTEGER NOT NULL, 
	stage_type INTEGER NOT NULL
)
;;
CREATE INDEX ix_stage_sort_order ON stage (sort_order, id)
;;
CREATE TABLE list_item (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	description VARCHAR DEFAULT '' NOT NULL, 
	color VARCHAR DEFAULT '' NOT NULL, 
	image_name VARCHAR DEFAULT '' NOT NULL, 
	sort_order INTEGER NOT NULL
)
;;
CREATE INDEX ix_list_item_kind ON list_item (kind, sort_order)
;;
CREATE TABLE tag (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	entity_type INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	title_key VARCHAR NOT NULL, 
	CONSTRAINT uq_tag_entity_type_title_key UNIQUE (entity_type, title_key)
)
;;
CREATE TABLE custom_field (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	entity_type INTEGER NOT NULL, 
	label VARCHAR NOT NULL, 
	field_type INTEGER NOT NULL, 
	mask VARCHAR DEFAULT '' NOT NULL, 
	position INTEGER NOT NULL, 
	retired_on BIGINT
)
;;
CREATE TABLE currency_pair (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	from_currency VARCHAR NOT NULL, 
	to_currency VARCHAR NOT NULL, 
	CONSTRAINT uq_currency_pair_from_currency_to_currency UNIQUE (from_currency, to_currency)
)
;;
CREATE TABLE mail_refusal (
	email_key VARCHAR NOT NULL, 
	created_on BIGINT NOT NULL, 
	CONSTRAINT pk_mail_refusal PRIMARY KEY (email_key)
)
;;
CREATE TABLE portal_setting (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT pk_portal_setting PRIMARY KEY (name)
)
;;
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR NOT NULL, 
	entity_id INTEGER, 
	payload VARCHAR NOT NULL, 
	created_on BIGINT NOT NULL, 
	due_on BIGINT NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	error VARCHAR
)
;;
CREATE INDEX ix_outbox_due ON outbox (due_on, id)
;;
CREATE INDEX ix_outbox_kind ON outbox (kind, due_on, id)
;;
CREATE TABLE idempotency (
	person_id VARCHAR(36) NOT NULL, 
	route VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	input_hash VARCHAR NOT NULL, 
	status INTEGER, 
	answer VARCHAR, 
	content_type VARCHAR, 
	etag VARCHAR, 
	created_on BIGINT NOT NULL, 
	CONSTRAINT pk_idempotency PRIMARY KEY (person_id, route, "key")
)
;;
CREATE INDEX ix_idempotency_created_on ON idempotency (created_on)
;;
CREATE TABLE counter (
	name VARCHAR NOT NULL, 
	slot INTEGER NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT pk_counter PRIMARY KEY (name, slot)
)
;;
CREATE TABLE team (
	id VARCHAR(36) NOT NULL, 
	name VARCHAR NOT NULL, 
	manager_id VARCHAR(36), 
	CONSTRAINT pk_team PRIMARY KEY (id), 
	CONSTRAINT fk_team_manager_id FOREIGN KEY(manager_id) REFERENCES person (id)
)
;;
CREATE TABLE token (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id VARCHAR(36) NOT NULL, 
	hash VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	title VARCHAR DEFAULT '' NOT NULL, 
	scope VARCHAR NOT NULL, 
	created_on BIGINT NOT NULL, 
	expires_on BIGINT, 
	used_on BIGINT, 
	CONSTRAINT fk_token_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_token_hash UNIQUE (hash)
)
;;
CREATE INDEX ix_token_person_id ON token (person_id)
;;
CREATE TABLE currency_rate (
	pair_id INTEGER NOT NULL, 
	day INTEGER NOT NULL, 
	rate BIGINT NOT NULL, 
	CONSTRAINT pk_currency_rate PRIMARY KEY (pair_id, day), 
	CONSTRAINT fk_currency_rate_pair_id FOREIGN KEY(pair_id) REFERENCES currency_pair (id) ON DELETE CASCADE
)
;;
CREATE TABLE contact (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	external_id VARCHAR, 
	is_company BOOLEAN NOT NULL, 
	first_name VARCHAR DEFAULT '' NOT NULL, 
	last_name VARCHAR DEFAULT '' NOT NULL, 
	company_name VARCHAR DEFAULT '' NOT NULL, 
	display_name VARCHAR NOT NULL, 
	display_key VARCHAR NOT NULL, 
	job_title VARCHAR DEFAULT '' NOT NULL, 
	about VARCHAR DEFAULT '' NOT NULL, 
	industry VARCHAR DEFAULT '' NOT NULL, 
	company_id INTEGER, 
	status_id INTEGER, 
	type_id INTEGER, 
	share_type INTEGER NOT NULL, 
	currency VARCHAR, 
	search_text VARCHAR NOT NULL, 
	is_long_text BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	deleted_on BIGINT, 
	deleted_by VARCHAR(36), 
	CONSTRAINT uq_contact_external_id UNIQUE (external_id), 
	CONSTRAINT fk_contact_company_id FOREIGN KEY(company_id) REFERENCES contact (id), 
	CONSTRAINT fk_contact_status_id FOREIGN KEY(status_id) REFERENCES list_item (id), 
	CONSTRAINT fk_contact_type_id FOREIGN KEY(type_id) REFERENCES list_item (id), 
	CONSTRAINT fk_contact_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_contact_modified_by FOREIGN KEY(modified_by) REFERENCES person (id), 
	CONSTRAINT fk_contact_deleted_by FOREIGN KEY(deleted_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_contact_company ON contact (company_id) WHERE company_id IS NOT null
;;
CREATE INDEX ix_contact_created ON contact (created_on, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_contact_deleted ON contact (deleted_on, id) WHERE deleted_on IS NOT null
;;
CREATE INDEX ix_contact_display ON contact (display_key, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_contact_display_sqlite ON contact (display_key, id, deleted_on) WHERE deleted_on IS null
;;
CREATE INDEX ix_contact_status ON contact (status_id)
;;
CREATE INDEX ix_contact_type ON contact (type_id)
;;
CREATE TABLE crm_case (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	external_id VARCHAR, 
	title VARCHAR NOT NULL, 
	title_key VARCHAR NOT NULL, 
	is_closed BOOLEAN DEFAULT false NOT NULL, 
	is_private BOOLEAN NOT NULL, 
	search_text VARCHAR NOT NULL, 
	is_long_text BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	deleted_on BIGINT, 
	deleted_by VARCHAR(36), 
	CONSTRAINT uq_crm_case_external_id UNIQUE (external_id), 
	CONSTRAINT fk_crm_case_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_crm_case_modified_by FOREIGN KEY(modified_by) REFERENCES person (id), 
	CONSTRAINT fk_crm_case_deleted_by FOREIGN KEY(deleted_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_crm_case_created ON crm_case (is_closed, created_on, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_crm_case_deleted ON crm_case (deleted_on, id) WHERE deleted_on IS NOT null
;;
CREATE INDEX ix_crm_case_private ON crm_case (is_private, created_by, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_crm_case_title ON crm_case (is_closed, title_key, id) WHERE deleted_on IS null
;;
CREATE TABLE task_template_container (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	title VARCHAR NOT NULL, 
	entity_type INTEGER NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	CONSTRAINT fk_task_template_container_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_task_template_container_modified_by FOREIGN KEY(modified_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_task_template_container_entity_type ON task_template_container (entity_type, id)
;;
CREATE TABLE file (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	title VARCHAR NOT NULL, 
	stored_as VARCHAR NOT NULL, 
	content_type VARCHAR NOT NULL, 
	size BIGINT NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	deleted_on BIGINT, 
	deleted_by VARCHAR(36), 
	deleted_with VARCHAR, 
	CONSTRAINT uq_file_stored_as UNIQUE (stored_as), 
	CONSTRAINT fk_file_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_file_modified_by FOREIGN KEY(modified_by) REFERENCES person (id), 
	CONSTRAINT fk_file_deleted_by FOREIGN KEY(deleted_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_file_created_by ON file (created_by, id)
;;
CREATE INDEX ix_file_deleted ON file (deleted_on, id) WHERE deleted_on IS NOT null
;;
CREATE INDEX ix_file_deleted_with ON file (deleted_with) WHERE deleted_with IS NOT null
;;
CREATE TABLE notification (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id VARCHAR(36) NOT NULL, 
	kind VARCHAR NOT NULL, 
	entity_type VARCHAR NOT NULL, 
	entity_id INTEGER, 
	caused_by VARCHAR(36), 
	payload VARCHAR DEFAULT '{}' NOT NULL, 
	created_on BIGINT NOT NULL, 
	read_on BIGINT, 
	CONSTRAINT fk_notification_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_notification_caused_by FOREIGN KEY(caused_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_notification_created_on ON notification (created_on)
;;
CREATE INDEX ix_notification_entity ON notification (entity_type, entity_id)
;;
CREATE INDEX ix_notification_person ON notification (person_id, id)
;;
CREATE TABLE preference (
	person_id VARCHAR(36) NOT NULL, 
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT pk_preference PRIMARY KEY (person_id, name), 
	CONSTRAINT fk_preference_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
;;
CREATE TABLE password_link (
	hash VARCHAR NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	purpose VARCHAR NOT NULL, 
	created_on BIGINT NOT NULL, 
	expires_on BIGINT NOT NULL, 
	CONSTRAINT pk_password_link PRIMARY KEY (hash), 
	CONSTRAINT fk_password_link_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
;;
CREATE INDEX ix_password_link_person_id ON password_link (person_id)
;;
CREATE TABLE notification_choice (
	person_id VARCHAR(36) NOT NULL, 
	kind VARCHAR NOT NULL, 
	in_app BOOLEAN NOT NULL, 
	by_mail BOOLEAN NOT NULL, 
	CONSTRAINT pk_notification_choice PRIMARY KEY (person_id, kind), 
	CONSTRAINT fk_notification_choice_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
;;
CREATE TABLE mailing (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	subject VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	store_in_history BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	finished_on BIGINT, 
	cancelled_on BIGINT, 
	file_ids VARCHAR DEFAULT '[]' NOT NULL, 
	base_url VARCHAR DEFAULT '' NOT NULL, 
	error VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT fk_mailing_created_by FOREIGN KEY(created_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_mailing_created_by ON mailing (created_by, id)
;;
CREATE TABLE web_form (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	title VARCHAR NOT NULL, 
	form_key VARCHAR(36) NOT NULL, 
	choices VARCHAR NOT NULL, 
	is_disabled BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	CONSTRAINT uq_web_form_form_key UNIQUE (form_key), 
	CONSTRAINT fk_web_form_created_by FOREIGN KEY(created_by) REFERENCES person (id)
)
;;
CREATE TABLE calendar_feed (
	person_id VARCHAR(36) NOT NULL, 
	hash VARCHAR NOT NULL, 
	created_on BIGINT NOT NULL, 
	used_on BIGINT, 
	CONSTRAINT pk_calendar_feed PRIMARY KEY (person_id), 
	CONSTRAINT fk_calendar_feed_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_calendar_feed_hash UNIQUE (hash)
)
;;
CREATE TABLE person_profile (
	person_id VARCHAR(36) NOT NULL, 
	sex VARCHAR, 
	birthday BIGINT, 
	works_from BIGINT, 
	location VARCHAR DEFAULT '' NOT NULL, 
	notes VARCHAR DEFAULT '' NOT NULL, 
	language VARCHAR, 
	contacts VARCHAR DEFAULT '[]' NOT NULL, 
	lead_id VARCHAR(36), 
	terminated_on BIGINT, 
	deleted_on BIGINT, 
	CONSTRAINT pk_person_profile PRIMARY KEY (person_id), 
	CONSTRAINT fk_person_profile_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE, 
	CONSTRAINT fk_person_profile_lead_id FOREIGN KEY(lead_id) REFERENCES person (id)
)
;;
CREATE TABLE audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	entity_type VARCHAR NOT NULL, 
	entity_id INTEGER NOT NULL, 
	action VARCHAR NOT NULL, 
	person_id VARCHAR(36), 
	"on" BIGINT NOT NULL, 
	changes VARCHAR NOT NULL, 
	CONSTRAINT fk_audit_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
;;
CREATE INDEX ix_audit_entity ON audit (entity_type, entity_id, id)
;;
CREATE TABLE team_member (
	team_id VARCHAR(36) NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	CONSTRAINT pk_team_member PRIMARY KEY (team_id, person_id), 
	CONSTRAINT fk_team_member_team_id FOREIGN KEY(team_id) REFERENCES team (id) ON DELETE CASCADE, 
	CONSTRAINT fk_team_member_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
;;
CREATE TABLE contact_access (
	contact_id INTEGER NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	CONSTRAINT pk_contact_access PRIMARY KEY (contact_id, person_id), 
	CONSTRAINT fk_contact_access_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE, 
	CONSTRAINT fk_contact_access_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
 WITHOUT ROWID
;;
CREATE INDEX ix_contact_access_person ON contact_access (person_id, contact_id)
;;
CREATE TABLE contact_tag (
	contact_id INTEGER NOT NULL, 
	tag_id INTEGER NOT NULL, 
	CONSTRAINT pk_contact_tag PRIMARY KEY (contact_id, tag_id), 
	CONSTRAINT fk_contact_tag_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE, 
	CONSTRAINT fk_contact_tag_tag_id FOREIGN KEY(tag_id) REFERENCES tag (id) ON DELETE CASCADE
)
 WITHOUT ROWID
;;
CREATE INDEX ix_contact_tag_tag ON contact_tag (tag_id, contact_id)
;;
CREATE TABLE contact_value (
	contact_id INTEGER NOT NULL, 
	field_id INTEGER NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT pk_contact_value PRIMARY KEY (contact_id, field_id), 
	CONSTRAINT fk_contact_value_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE, 
	CONSTRAINT fk_contact_value_field_id FOREIGN KEY(field_id) REFERENCES custom_field (id) ON DELETE CASCADE
)
 WITHOUT ROWID
;;
CREATE INDEX ix_contact_value_field ON contact_value (field_id, contact_id)
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
	CONSTRAINT fk_opportunity_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_opportunity_modified_by FOREIGN KEY(modified_by) REFERENCES person (id), 
	CONSTRAINT fk_opportunity_deleted_by FOREIGN KEY(deleted_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_opportunity_bid_value ON opportunity (bid_value, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_close ON opportunity (close_on, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_contact ON opportunity (contact_id)
;;
CREATE INDEX ix_opportunity_created ON opportunity (created_on, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_deleted ON opportunity (deleted_on, id) WHERE deleted_on IS NOT null
;;
CREATE INDEX ix_opportunity_private_sqlite ON opportunity (responsible_id, id) WHERE is_private = 1 AND deleted_on IS null
;;
CREATE INDEX ix_opportunity_responsible_sqlite ON opportunity (responsible_id, created_on, id, is_private, is_long_text, search_text, deleted_on) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_stage ON opportunity (stage_id, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_stage_responsible_sqlite ON opportunity (stage_id, responsible_id, created_on, id, is_private, is_long_text, search_text, deleted_on) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_title ON opportunity (title_key, id) WHERE deleted_on IS null
;;
CREATE TABLE contact_text (
	id INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	CONSTRAINT pk_contact_text PRIMARY KEY (id), 
	CONSTRAINT fk_contact_text_id FOREIGN KEY(id) REFERENCES contact (id) ON DELETE CASCADE
)
;;
create virtual table contact_text_fts using fts5(words, content='contact_text', content_rowid='id', tokenize='ascii', prefix='2 3')
;;
create trigger contact_text_insert after insert on contact_text begin insert into contact_text_fts(rowid, words) values (new.id, new.words); end
;;
create trigger contact_text_delete after delete on contact_text begin insert into contact_text_fts(contact_text_fts, rowid, words) values ('delete', old.id, old.words); end
;;
create trigger contact_text_update after update of words on contact_text begin insert into contact_text_fts(contact_text_fts, rowid, words) values ('delete', old.id, old.words); insert into contact_text_fts(rowid, words) values (new.id, new.words); end
;;
CREATE TABLE contact_info (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	contact_id INTEGER NOT NULL, 
	info_type INTEGER NOT NULL, 
	category INTEGER NOT NULL, 
	data VARCHAR NOT NULL, 
	data_key VARCHAR NOT NULL, 
	is_primary BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT fk_contact_info_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE
)
;;
CREATE INDEX ix_contact_info_contact ON contact_info (contact_id, id)
;;
CREATE INDEX ix_contact_info_data ON contact_info (info_type, data_key, contact_id)
;;
CREATE TABLE contact_photo (
	contact_id INTEGER NOT NULL, 
	small VARCHAR NOT NULL, 
	medium VARCHAR NOT NULL, 
	big VARCHAR NOT NULL, 
	content_type VARCHAR NOT NULL, 
	made_on BIGINT NOT NULL, 
	CONSTRAINT pk_contact_photo PRIMARY KEY (contact_id), 
	CONSTRAINT fk_contact_photo_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE, 
	CONSTRAINT uq_contact_photo_small UNIQUE (small), 
	CONSTRAINT uq_contact_photo_medium UNIQUE (medium), 
	CONSTRAINT uq_contact_photo_big UNIQUE (big)
)
;;
CREATE TABLE contact_merge (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	contact_id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	moved VARCHAR NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	undone_on BIGINT, 
	CONSTRAINT fk_contact_merge_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE, 
	CONSTRAINT fk_contact_merge_source_id FOREIGN KEY(source_id) REFERENCES contact (id) ON DELETE CASCADE, 
	CONSTRAINT fk_contact_merge_created_by FOREIGN KEY(created_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_contact_merge_contact ON contact_merge (contact_id, id)
;;
CREATE INDEX ix_contact_merge_source ON contact_merge (source_id)
;;
CREATE TABLE crm_case_text (
	id INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	CONSTRAINT pk_crm_case_text PRIMARY KEY (id), 
	CONSTRAINT fk_crm_case_text_id FOREIGN KEY(id) REFERENCES crm_case (id) ON DELETE CASCADE
)
;;
create virtual table crm_case_text_fts using fts5(words, content='crm_case_text', content_rowid='id', tokenize='ascii', prefix='2 3')
;;
create trigger crm_case_text_insert after insert on crm_case_text begin insert into crm_case_text_fts(rowid, words) values (new.id, new.words); end
;;
create trigger crm_case_text_delete after delete on crm_case_text begin insert into crm_case_text_fts(crm_case_text_fts, rowid, words) values ('delete', old.id, old.words); end
;;
create trigger crm_case_text_update after update of words on crm_case_text begin insert into crm_case_text_fts(crm_case_text_fts, rowid, words) values ('delete', old.id, old.words); insert into crm_case_text_fts(rowid, words) values (new.id, new.words); end
;;
CREATE TABLE case_access (
	case_id INTEGER NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	CONSTRAINT pk_case_access PRIMARY KEY (case_id, person_id), 
	CONSTRAINT fk_case_access_case_id FOREIGN KEY(case_id) REFERENCES crm_case (id) ON DELETE CASCADE, 
	CONSTRAINT fk_case_access_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
 WITHOUT ROWID
;;
CREATE INDEX ix_case_access_person ON case_access (person_id, case_id)
;;
CREATE TABLE case_member (
	case_id INTEGER NOT NULL, 
	contact_id INTEGER NOT NULL, 
	CONSTRAINT pk_case_member PRIMARY KEY (case_id, contact_id), 
	CONSTRAINT fk_case_member_case_id FOREIGN KEY(case_id) REFERENCES crm_case (id) ON DELETE CASCADE, 
	CONSTRAINT fk_case_member_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE
)
 WITHOUT ROWID
;;
CREATE INDEX ix_case_member_contact ON case_member (contact_id, case_id)
;;
CREATE TABLE case_tag (
	case_id INTEGER NOT NULL, 
	tag_id INTEGER NOT NULL, 
	CONSTRAINT pk_case_tag PRIMARY KEY (case_id, tag_id), 
	CONSTRAINT fk_case_tag_case_id FOREIGN KEY(case_id) REFERENCES crm_case (id) ON DELETE CASCADE, 
	CONSTRAINT fk_case_tag_tag_id FOREIGN KEY(tag_id) REFERENCES tag (id) ON DELETE CASCADE
)
 WITHOUT ROWID
;;
CREATE INDEX ix_case_tag_tag ON case_tag (tag_id, case_id)
;;
CREATE TABLE case_value (
	case_id INTEGER NOT NULL, 
	field_id INTEGER NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT pk_case_value PRIMARY KEY (case_id, field_id), 
	CONSTRAINT fk_case_value_case_id FOREIGN KEY(case_id) REFERENCES crm_case (id) ON DELETE CASCADE, 
	CONSTRAINT fk_case_value_field_id FOREIGN KEY(field_id) REFERENCES custom_field (id) ON DELETE CASCADE
)
 WITHOUT ROWID
;;
CREATE INDEX ix_case_value_field ON case_value (field_id, case_id)
;;
CREATE TABLE task_template (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	container_id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	description VARCHAR DEFAULT '' NOT NULL, 
	responsible_id VARCHAR(36), 
	category_id INTEGER, 
	is_notify BOOLEAN DEFAULT false NOT NULL, 
	offset_ticks BIGINT DEFAULT '0' NOT NULL, 
	deadline_is_fixed BOOLEAN DEFAULT false NOT NULL, 
	sort_order INTEGER DEFAULT '0' NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	CONSTRAINT fk_task_template_container_id FOREIGN KEY(container_id) REFERENCES task_template_container (id) ON DELETE CASCADE, 
	CONSTRAINT fk_task_template_responsible_id FOREIGN KEY(responsible_id) REFERENCES person (id), 
	CONSTRAINT fk_task_template_category_id FOREIGN KEY(category_id) REFERENCES list_item (id), 
	CONSTRAINT fk_task_template_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_task_template_modified_by FOREIGN KEY(modified_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_task_template_category ON task_template (category_id)
;;
CREATE INDEX ix_task_template_container ON task_template (container_id, sort_order, id)
;;
CREATE TABLE mailing_recipient (
	mailing_id INTEGER NOT NULL, 
	contact_id INTEGER NOT NULL, 
	email VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	error VARCHAR DEFAULT '' NOT NULL, 
	sent_on BIGINT, 
	CONSTRAINT pk_mailing_recipient PRIMARY KEY (mailing_id, contact_id), 
	CONSTRAINT fk_mailing_recipient_mailing_id FOREIGN KEY(mailing_id) REFERENCES mailing (id) ON DELETE CASCADE, 
	CONSTRAINT fk_mailing_recipient_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE
)
;;
CREATE INDEX ix_mailing_recipient_contact ON mailing_recipient (contact_id)
;;
CREATE TABLE opportunity_access (
	opportunity_id INTEGER NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	CONSTRAINT pk_opportunity_access PRIMARY KEY (opportunity_id, person_id), 
	CONSTRAINT fk_opportunity_access_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id) ON DELETE CASCADE, 
	CONSTRAINT fk_opportunity_access_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
 WITHOUT ROWID
;;
CREATE INDEX ix_opportunity_access_person ON opportunity_access (person_id, opportunity_id)
;;
CREATE TABLE opportunity_member (
	opportunity_id INTEGER NOT NULL, 
	contact_id INTEGER NOT NULL, 
	CONSTRAINT pk_opportunity_member PRIMARY KEY (opportunity_id, contact_id), 
	CONSTRAINT fk_opportunity_member_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id) ON DELETE CASCADE, 
	CONSTRAINT fk_opportunity_member_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE CASCADE
)
 WITHOUT ROWID
;;
CREATE INDEX ix_opportunity_member_contact ON opportunity_member (contact_id, opportunity_id)
;;
CREATE TABLE opportunity_tag (
	opportunity_id INTEGER NOT NULL, 
	tag_id INTEGER NOT NULL, 
	CONSTRAINT pk_opportunity_tag PRIMARY KEY (opportunity_id, tag_id), 
	CONSTRAINT fk_opportunity_tag_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id) ON DELETE CASCADE, 
	CONSTRAINT fk_opportunity_tag_tag_id FOREIGN KEY(tag_id) REFERENCES tag (id) ON DELETE CASCADE
)
 WITHOUT ROWID
;;
CREATE INDEX ix_opportunity_tag_tag ON opportunity_tag (tag_id, opportunity_id)
;;
CREATE TABLE opportunity_value (
	opportunity_id INTEGER NOT NULL, 
	field_id INTEGER NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT pk_opportunity_value PRIMARY KEY (opportunity_id, field_id), 
	CONSTRAINT fk_opportunity_value_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id) ON DELETE CASCADE, 
	CONSTRAINT fk_opportunity_value_field_id FOREIGN KEY(field_id) REFERENCES custom_field (id) ON DELETE CASCADE
)
 WITHOUT ROWID
;;
CREATE INDEX ix_opportunity_value_field ON opportunity_value (field_id, opportunity_id)
;;
CREATE TABLE opportunity_text (
	id INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	CONSTRAINT pk_opportunity_text PRIMARY KEY (id), 
	CONSTRAINT fk_opportunity_text_id FOREIGN KEY(id) REFERENCES opportunity (id) ON DELETE CASCADE
)
;;
create virtual table opportunity_text_fts using fts5(words, content='opportunity_text', content_rowid='id', tokenize='ascii', prefix='2 3')
;;
create trigger opportunity_text_insert after insert on opportunity_text begin insert into opportunity_text_fts(rowid, words) values (new.id, new.words); end
;;
create trigger opportunity_text_delete after delete on opportunity_text begin insert into opportunity_text_fts(opportunity_text_fts, rowid, words) values ('delete', old.id, old.words); end
;;
create trigger opportunity_text_update after update of words on opportunity_text begin insert into opportunity_text_fts(opportunity_text_fts, rowid, words) values ('delete', old.id, old.words); insert into opportunity_text_fts(rowid, words) values (new.id, new.words); end
;;
CREATE TABLE task (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	external_id VARCHAR, 
	title VARCHAR NOT NULL, 
	title_key VARCHAR NOT NULL, 
	description VARCHAR DEFAULT '' NOT NULL, 
	deadline BIGINT NOT NULL, 
	responsible_id VARCHAR(36) NOT NULL, 
	category_id INTEGER, 
	contact_id INTEGER, 
	opportunity_id INTEGER, 
	case_id INTEGER, 
	is_closed BOOLEAN DEFAULT false NOT NULL, 
	alert_value INTEGER DEFAULT '0' NOT NULL, 
	alert_on BIGINT, 
	search_text VARCHAR NOT NULL, 
	is_long_text BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	deleted_on BIGINT, 
	deleted_by VARCHAR(36), 
	deleted_with VARCHAR, 
	CONSTRAINT uq_task_external_id UNIQUE (external_id), 
	CONSTRAINT ck_task_one_entity CHECK (opportunity_id is null or case_id is null), 
	CONSTRAINT fk_task_responsible_id FOREIGN KEY(responsible_id) REFERENCES person (id), 
	CONSTRAINT fk_task_category_id FOREIGN KEY(category_id) REFERENCES list_item (id), 
	CONSTRAINT fk_task_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id), 
	CONSTRAINT fk_task_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id), 
	CONSTRAINT fk_task_case_id FOREIGN KEY(case_id) REFERENCES crm_case (id), 
	CONSTRAINT fk_task_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_task_modified_by FOREIGN KEY(modified_by) REFERENCES person (id), 
	CONSTRAINT fk_task_deleted_by FOREIGN KEY(deleted_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_task_case ON task (case_id, id) WHERE case_id IS NOT null
;;
CREATE INDEX ix_task_category ON task (category_id, id) WHERE category_id IS NOT null
;;
CREATE INDEX ix_task_contact ON task (contact_id, id) WHERE contact_id IS NOT null
;;
CREATE INDEX ix_task_deadline ON task (is_closed, deadline, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_task_deleted ON task (deleted_on, id) WHERE deleted_on IS NOT null
;;
CREATE INDEX ix_task_deleted_with ON task (deleted_with) WHERE deleted_with IS NOT null
;;
CREATE INDEX ix_task_opportunity ON task (opportunity_id, id) WHERE opportunity_id IS NOT null
;;
CREATE INDEX ix_task_responsible ON task (responsible_id, is_closed, deadline, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_task_title ON task (is_closed, title_key, id) WHERE deleted_on IS null
;;
CREATE TABLE history_event (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	contact_id INTEGER, 
	opportunity_id INTEGER, 
	case_id INTEGER, 
	category_id INTEGER, 
	system_category INTEGER, 
	content VARCHAR NOT NULL, 
	search_text VARCHAR NOT NULL, 
	is_long_text BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	deleted_on BIGINT, 
	deleted_by VARCHAR(36), 
	deleted_with VARCHAR, 
	CONSTRAINT ck_history_event_one_entity CHECK (opportunity_id is null or case_id is null), 
	CONSTRAINT fk_history_event_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id), 
	CONSTRAINT fk_history_event_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id), 
	CONSTRAINT fk_history_event_case_id FOREIGN KEY(case_id) REFERENCES crm_case (id), 
	CONSTRAINT fk_history_event_category_id FOREIGN KEY(category_id) REFERENCES list_item (id), 
	CONSTRAINT fk_history_event_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_history_event_modified_by FOREIGN KEY(modified_by) REFERENCES person (id), 
	CONSTRAINT fk_history_event_deleted_by FOREIGN KEY(deleted_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_history_event_case ON history_event (case_id, created_on, id) WHERE case_id IS NOT null
;;
CREATE INDEX ix_history_event_category ON history_event (category_id, id) WHERE category_id IS NOT null
;;
CREATE INDEX ix_history_event_contact ON history_event (contact_id, created_on, id) WHERE contact_id IS NOT null
;;
CREATE INDEX ix_history_event_created ON history_event (created_on, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_history_event_deleted ON history_event (deleted_on, id) WHERE deleted_on IS NOT null
;;
CREATE INDEX ix_history_event_deleted_with ON history_event (deleted_with) WHERE deleted_with IS NOT null
;;
CREATE INDEX ix_history_event_opportunity ON history_event (opportunity_id, created_on, id) WHERE opportunity_id IS NOT null
;;
CREATE TABLE task_text (
	id INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	CONSTRAINT pk_task_text PRIMARY KEY (id), 
	CONSTRAINT fk_task_text_id FOREIGN KEY(id) REFERENCES task (id) ON DELETE CASCADE
)
;;
create virtual table task_text_fts using fts5(words, content='task_text', content_rowid='id', tokenize='ascii', prefix='2 3')
;;
create trigger task_text_insert after insert on task_text begin insert into task_text_fts(rowid, words) values (new.id, new.words); end
;;
create trigger task_text_delete after delete on task_text begin insert into task_text_fts(task_text_fts, rowid, words) values ('delete', old.id, old.words); end
;;
create trigger task_text_update after update of words on task_text begin insert into task_text_fts(task_text_fts, rowid, words) values ('delete', old.id, old.words); insert into task_text_fts(rowid, words) values (new.id, new.words); end
;;
CREATE TABLE history_event_text (
	id INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	CONSTRAINT pk_history_event_text PRIMARY KEY (id), 
	CONSTRAINT fk_history_event_text_id FOREIGN KEY(id) REFERENCES history_event (id) ON DELETE CASCADE
)
;;
create virtual table history_event_text_fts using fts5(words, content='history_event_text', content_rowid='id', tokenize='ascii', prefix='2 3')
;;
create trigger history_event_text_insert after insert on history_event_text begin insert into history_event_text_fts(rowid, words) values (new.id, new.words); end
;;
create trigger history_event_text_delete after delete on history_event_text begin insert into history_event_text_fts(history_event_text_fts, rowid, words) values ('delete', old.id, old.words); end
;;
create trigger history_event_text_update after update of words on history_event_text begin insert into history_event_text_fts(history_event_text_fts, rowid, words) values ('delete', old.id, old.words); insert into history_event_text_fts(rowid, words) values (new.id, new.words); end
;;
CREATE TABLE event_file (
	event_id INTEGER NOT NULL, 
	file_id INTEGER NOT NULL, 
	CONSTRAINT pk_event_file PRIMARY KEY (event_id, file_id), 
	CONSTRAINT fk_event_file_event_id FOREIGN KEY(event_id) REFERENCES history_event (id) ON DELETE CASCADE, 
	CONSTRAINT fk_event_file_file_id FOREIGN KEY(file_id) REFERENCES file (id) ON DELETE CASCADE
)
 WITHOUT ROWID
;;
CREATE INDEX ix_event_file_file ON event_file (file_id, event_id)
