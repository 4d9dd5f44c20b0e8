CREATE TABLE tax (
	id SERIAL NOT NULL, 
	name VARCHAR COLLATE "C" NOT NULL, 
	name_key VARCHAR COLLATE "C" NOT NULL, 
	description VARCHAR COLLATE "C" NOT NULL, 
	rate BIGINT NOT NULL, 
	created_by VARCHAR(36) COLLATE "C" NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) COLLATE "C" NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_tax PRIMARY KEY (id), 
	CONSTRAINT uq_tax_name_key UNIQUE (name_key), 
	CONSTRAINT fk_tax_created_by FOREIGN KEY(created_by) REFERENCES person (id), 
	CONSTRAINT fk_tax_modified_by FOREIGN KEY(modified_by) REFERENCES person (id)
)
;;
CREATE TABLE product (
	id SERIAL NOT NULL, 
	title VARCHAR COLLATE "C" NOT NULL, 
	title_key VARCHAR COLLATE "C" NOT NULL, 
	sku VARCHAR COLLATE "C" NOT NULL, 
	description VARCHAR COLLATE "C" NOT NULL, 
	price BIGINT NOT NULL, 
	currency VARCHAR COLLATE "C" NOT NULL, 
	stock_quantity BIGINT NOT NULL, 
	track_inventory BOOLEAN DEFAULT false NOT NULL, 
	tax1_id INTEGER, 
	tax2_id INTEGER, 
	search_text VARCHAR COLLATE "C" NOT NULL, 
	is_long_text BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) COLLATE "C" NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) COLLATE "C" NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_product PRIMARY KEY (id), 
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
	words VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_product_text PRIMARY KEY (id), 
	CONSTRAINT fk_product_text_id FOREIGN KEY(id) REFERENCES product (id) ON DELETE CASCADE
)
;;
create index ix_product_text_words on product_text using gin (array_to_tsvector(string_to_array(btrim(words), ' ')))
;;
CREATE TABLE invoice (
	id SERIAL NOT NULL, 
	external_id VARCHAR COLLATE "C", 
	status INTEGER NOT NULL, 
	number VARCHAR COLLATE "C" NOT NULL, 
	issue_date BIGINT NOT NULL, 
	due_date BIGINT NOT NULL, 
	template_type INTEGER NOT NULL, 
	contact_id INTEGER, 
	consignee_id INTEGER, 
	opportunity_id INTEGER, 
	billing_address_id INTEGER NOT NULL, 
	delivery_address_id INTEGER NOT NULL, 
	language VARCHAR COLLATE "C" NOT NULL, 
	currency VARCHAR COLLATE "C" NOT NULL, 
	exchange_rate BIGINT NOT NULL, 
	purchase_order_number VARCHAR COLLATE "C" NOT NULL, 
	terms VARCHAR COLLATE "C" NOT NULL, 
	description VARCHAR COLLATE "C" NOT NULL, 
	total BIGINT NOT NULL, 
	document VARCHAR COLLATE "C" NOT NULL, 
	file_id INTEGER, 
	search_text VARCHAR COLLATE "C" NOT NULL, 
	is_long_text BOOLEAN DEFAULT false NOT NULL, 
	created_by VARCHAR(36) COLLATE "C" NOT NULL, 
	created_on BIGINT NOT NULL, 
	modified_by VARCHAR(36) COLLATE "C" NOT NULL, 
	modified_on BIGINT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	deleted_on BIGINT, 
	deleted_by VARCHAR(36) COLLATE "C", 
	CONSTRAINT pk_invoice PRIMARY KEY (id), 
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
	words VARCHAR COLLATE "C" NOT NULL, 
	CONSTRAINT pk_invoice_text PRIMARY KEY (id), 
	CONSTRAINT fk_invoice_text_id FOREIGN KEY(id) REFERENCES invoice (id) ON DELETE CASCADE
)
;;
create index ix_invoice_text_words on invoice_text using gin (array_to_tsvector(string_to_array(btrim(words), ' ')))
;;
CREATE TABLE invoice_line (
	id SERIAL NOT NULL, 
	invoice_id INTEGER NOT NULL, 
	product_id INTEGER NOT NULL, 
	tax1_id INTEGER, 
	tax2_id INTEGER, 
	tax1_rate BIGINT NOT NULL, 
	tax2_rate BIGINT NOT NULL, 
	sort_order INTEGER NOT NULL, 
	description VARCHAR COLLATE "C" NOT NULL, 
	quantity BIGINT NOT NULL, 
	price BIGINT NOT NULL, 
	discount BIGINT NOT NULL, 
	CONSTRAINT pk_invoice_line PRIMARY KEY (id), 
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
