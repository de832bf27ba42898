// Package data is the record: every line of SQL, the schema and its
// migrations. One file holds one stored noun. Whoever writes does it in one
// transaction given by [DB.Write], so that several effects become durable
// together or not at all.
package data
