// Package text holds every sentence the bot says, in one place: the road uses
// it for warnings, welcomes and inbox lines, the commands for their answers.
//
// A sentence has a key and a built-in template; a room's owner may replace the
// template by the setting text.<key> with the same placeholders. Whatever
// members wrote enters a sentence only through [Name] or [Snippet], and no
// sentence parses as a command: those that begin with a name carry an
// invisible mark in front.
package text
