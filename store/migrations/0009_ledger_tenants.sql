-- Whose the record is, where its sender showed a tenant's token: its rows stand under that tenant.
ALTER TABLE ledger ADD COLUMN IF NOT EXISTS SentTenant LowCardinality(String);
