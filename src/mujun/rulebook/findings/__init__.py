"""Rules for finding low-efficiency land (低效用地认定): criteria as data, each with its clause."""
