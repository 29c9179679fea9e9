-- Samples per series, and the rollups that the configuration defines: the tables that store/rollups.ts describes.
ROLLUP metrics;
ROLLUP custom;
