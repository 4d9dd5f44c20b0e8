CREATE INDEX ix_opportunity_loss_reason ON opportunity (loss_reason_id) WHERE loss_reason_id IS NOT null
;;
CREATE INDEX ix_opportunity_rank ON opportunity (stage_id, rank, id) WHERE deleted_on IS null
;;
CREATE INDEX ix_opportunity_touched ON opportunity (stage_id, touched_on) WHERE deleted_on IS null
