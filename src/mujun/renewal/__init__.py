"""Renewal of low-yield land: findings, adjacency, blocks of touching parcels, phases."""
