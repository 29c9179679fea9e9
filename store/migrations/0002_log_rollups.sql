-- Lines per service, level and host: the tables that store/rollups.ts describes.
ROLLUP logs;
