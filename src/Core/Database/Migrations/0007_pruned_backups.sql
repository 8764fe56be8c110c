-- compatible-from: 1
-- The catalogue says which backups retention removed; the list of runs repeats it, so that it needs no store.

ALTER TABLE backup_runs ADD COLUMN pruned_at timestamptz;
