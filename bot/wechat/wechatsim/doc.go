// Package wechatsim is a WeChat-web server with a small world behind it: people,
// rooms, a clock. Clients log in to it over real TLS with WeChat's own host
// names, so that a program can be proved without an account, without a network
// and without waiting.
//
// The world (world.go, speak.go, change.go) is plain state: an append-only feed
// of what the bot's account can see. The wire (wire*.go) renders that feed for
// one login session, whose user names are valid in that session only. The
// control side (control.go) moves the world, as the phones of its people would.
//
// # Where it differs from the real service
//
//   - The clock stands still until [Server.Advance] moves it. Times inside
//     messages, the Date header and every limit follow it; long polls, cookies
//     and certificates live in real time.
//   - A session receives what happened since its own login; unread messages of
//     the time before are not repeated.
//   - Only one login is alive; a new one ends the older with 1101.
//   - The limit on sending is a bucket of 60 refilled once a second, which is
//     what public measurements of text messages add up to.
//   - Nobody is punished for being a robot unless the test says so
//     ([Server.EndSession] with 1102, [Server.Scan] with "refuse").
//   - Contacts carry no provinces, signatures or pinyin; pictures are all the
//     same grey square.
//   - An administrator is nothing special: whoever is told to remove somebody
//     on the phone may do it.
package wechatsim
