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
CREATE INDEX ix_contact_type ON contact (type_id)
;;
CREATE INDEX ix_contact_status ON contact (status_id)
;;
CREATE INDEX ix_contact_created ON contact (created_on, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_contact_deleted ON contact (deleted_on, id) WHERE deleted_on IS NOT null
;;
CREATE INDEX ix_contact_display ON contact (display_key, id) WHERE deleted_on IS null
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
CREATE INDEX ix_opportunity_stage ON opportunity (stage_id, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_stage_responsible_sqlite ON opportunity (stage_id, responsible_id, created_on, id, is_private, is_long_text, search_text, deleted_on) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_close ON opportunity (close_on, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_bid_value ON opportunity (bid_value, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_deleted ON opportunity (deleted_on, id) WHERE deleted_on IS NOT null
;;
CREATE INDEX ix_opportunity_title ON opportunity (title_key, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_created ON opportunity (created_on, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_responsible_sqlite ON opportunity (responsible_id, created_on, id, is_private, is_long_text, search_text, deleted_on) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_contact ON opportunity (contact_id)
;;
CREATE INDEX ix_opportunity_private_sqlite ON opportunity (responsible_id, id) WHERE is_private = 1 AND deleted_on IS null
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
