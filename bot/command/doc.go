// Package command is what people can ask the bot to do: one table with name,
// rights, place and help of every command, and one file a noun for what they
// do. [Parse] reads a line, [Do] checks the rights and turns it into a
// decision. Nothing here sends, writes, or reads a clock.
package command
