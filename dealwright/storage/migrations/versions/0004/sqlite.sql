CREATE TABLE tax (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR NOT NULL, 
	name_key VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	rate BIGINT NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT uq_tax_name_key UNIQUE (name_key), 
	CONSTRAINT fk_tax_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_tax_modified_by FOREIGN KEY(modified_by) REFERENCES person (id)
)
;;
CREATE TABLE product (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	title VARCHAR NOT NULL, 
	title_key VARCHAR NOT NULL, 
	sku VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	price BIGINT NOT NULL, 
	currency VARCHAR NOT NULL, 
	stock_quantity BIGINT NOT NULL, 
	track_inventory BOOLEAN DEFAULT false NOT NULL, 
	tax1_id INTEGER, 
	tax2_id INTEGER, 
	search_text VARCHAR NOT NULL, 
	is_long_text BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT fk_product_tax1_id FOREIGN KEY(tax1_id) REFERENCES tax (id), 
	CONSTRAINT fk_product_tax2_id FOREIGN KEY(tax2_id) REFERENCES tax (id), 
	CONSTRAINT fk_product_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_product_modified_by FOREIGN KEY(modified_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_product_tax1 ON product (tax1_id, id) WHERE tax1_id IS NOT null
;;
CREATE INDEX ix_product_tax2 ON product (tax2_id, id) WHERE tax2_id IS NOT null
;;
CREATE INDEX ix_product_title ON product (title_key, id)
;;
CREATE TABLE product_text (
	id INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	CONSTRAINT pk_product_text PRIMARY KEY (id), 
	CONSTRAINT fk_product_text_id FOREIGN KEY(id) REFERENCES product (id) ON DELETE CASCADE
)
;;
create virtual table product_text_fts using fts5(words, content='product_text', content_rowid='id', tokenize='ascii', prefix='2 3')
;;
create trigger product_text_insert after insert on product_text begin insert into product_text_fts(rowid, words) values (new.id, new.words); end
;;
create trigger product_text_delete after delete on product_text begin insert into product_text_fts(product_text_fts, rowid, words) values ('delete', old.id, old.words); end
;;
create trigger product_text_update after update of words on product_text begin insert into product_text_fts(product_text_fts, rowid, words) values ('delete', old.id, old.words); insert into product_text_fts(rowid, words) values (new.id, new.words); end
;;
CREATE TABLE invoice (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	external_id VARCHAR, 
	status INTEGER NOT NULL, 
	number VARCHAR NOT NULL, 
	issue_date BIGINT NOT NULL, 
	due_date BIGINT NOT NULL, 
	template_type INTEGER NOT NULL, 
	contact_id INTEGER, 
	consignee_id INTEGER, 
	opportunity_id INTEGER, 
	billing_address_id INTEGER NOT NULL, 
	delivery_address_id INTEGER NOT NULL, 
	language VARCHAR NOT NULL, 
	currency VARCHAR NOT NULL, 
	exchange_rate BIGINT NOT NULL, 
	purchase_order_number VARCHAR NOT NULL, 
	terms VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	total BIGINT NOT NULL, 
	document VARCHAR NOT NULL, 
	file_id INTEGER, 
	search_text VARCHAR NOT NULL, 
	is_long_text BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	deleted_on BIGINT, 
	deleted_by VARCHAR(36), 
	CONSTRAINT uq_invoice_external_id UNIQUE (external_id), 
	CONSTRAINT fk_invoice_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id), 
	CONSTRAINT fk_invoice_consignee_id FOREIGN KEY(consignee_id) REFERENCES contact (id), 
	CONSTRAINT fk_invoice_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id), 
	CONSTRAINT fk_invoice_file_id FOREIGN KEY(file_id) REFERENCES file (id), 
	CONSTRAINT fk_invoice_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_invoice_modified_by FOREIGN KEY(modified_by) REFERENCES person (id), 
	CONSTRAINT fk_invoice_deleted_by FOREIGN KEY(deleted_by) REFERENCES person (id)
)
;;
CREATE INDEX ix_invoice_consignee ON invoice (consignee_id, id) WHERE consignee_id IS NOT null
;;
CREATE INDEX ix_invoice_contact ON invoice (contact_id, id) WHERE contact_id IS NOT null
;;
CREATE INDEX ix_invoice_deleted ON invoice (deleted_on, id) WHERE deleted_on IS NOT null
;;
CREATE INDEX ix_invoice_due ON invoice (due_date, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_invoice_file ON invoice (file_id, id) WHERE file_id IS NOT null
;;
CREATE INDEX ix_invoice_issue ON invoice (issue_date, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_invoice_opportunity ON invoice (opportunity_id, id) WHERE opportunity_id IS NOT null
;;
CREATE INDEX ix_invoice_status ON invoice (status, id) WHERE deleted_on IS null
;;
CREATE UNIQUE INDEX uq_invoice_number ON invoice (number) WHERE deleted_on IS null
;;
CREATE TABLE invoice_text (
	id INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	CONSTRAINT pk_invoice_text PRIMARY KEY (id), 
	CONSTRAINT fk_invoice_text_id FOREIGN KEY(id) REFERENCES invoice (id) ON DELETE CASCADE
)
;;
create virtual table invoice_text_fts using fts5(words, content='invoice_text', content_rowid='id', tokenize='ascii', prefix='2 3')
;;
create trigger invoice_text_insert after insert on invoice_text begin insert into invoice_text_fts(rowid, words) values (new.id, new.words); end
;;
create trigger invoice_text_delete after delete on invoice_text begin insert into invoice_text_fts(invoice_text_fts, rowid, words) values ('delete', old.id, old.words); end
;;
create trigger invoice_text_update after update of words on invoice_text begin insert into invoice_text_fts(invoice_text_fts, rowid, words) values ('delete', old.id, old.words); insert into invoice_text_fts(rowid, words) values (new.id, new.words); end
;;
CREATE TABLE invoice_line (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	invoice_id INTEGER NOT NULL, 
	product_id INTEGER NOT NULL, 
	tax1_id INTEGER, 
	tax2_id INTEGER, 
	tax1_rate BIGINT NOT NULL, 
	tax2_rate BIGINT NOT NULL, 
	sort_order INTEGER NOT NULL, 
	description VARCHAR NOT NULL, 
	quantity BIGINT NOT NULL, 
	price BIGINT NOT NULL, 
	discount BIGINT NOT NULL, 
	CONSTRAINT fk_invoice_line_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoice (id) ON DELETE CASCADE, 
	CONSTRAINT fk_invoice_line_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT fk_invoice_line_tax1_id FOREIGN KEY(tax1_id) REFERENCES tax (id), 
	CONSTRAINT fk_invoice_line_tax2_id FOREIGN KEY(tax2_id) REFERENCES tax (id)
)
;;
CREATE INDEX ix_invoice_line_invoice ON invoice_line (invoice_id, sort_order, id)
;;
CREATE INDEX ix_invoice_line_product ON invoice_line (product_id)
;;
CREATE INDEX ix_invoice_line_tax1 ON invoice_line (tax1_id, id) WHERE tax1_id IS NOT null
;;
CREATE INDEX ix_invoice_line_tax2 ON invoice_line (tax2_id, id) WHERE tax2_id IS NOT null
