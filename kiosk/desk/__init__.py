"""The guide desk: tasks, single tickets, lanes granted afterwards."""
