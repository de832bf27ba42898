package command

import (
	"testing"

	"menshen/bot/chat"
	"menshen/bot/decision"
)

// A room may be called by a number or by 群 and a number; what is written
// whole is a name before it is a number, as it is where rooms are listed.
func TestRoomsToShareWith(t *testing.T) {
	place := func(id chat.RoomID, name string, role decision.Role) Place {
		return Place{Room: decision.Room{ID: id, Name: name}, Member: decision.Member{Role: role}}
	}
	places := []Place{
		place(1, "本群", decision.RoleOwner), place(2, "书法", decision.RoleOwner), place(3, "2024届", decision.RoleOwner),
		place(4, "2", decision.RoleOwner), place(2024, "群友会", decision.RoleOwner), place(6, "书法", decision.RoleDeputy),
	}
	tests := []struct {
		name, value string
		want        []chat.RoomID
	}{
		{"a name", "书法", []chat.RoomID{2}},
		{"a number", "3", []chat.RoomID{3}},
		{"a number as it is listed", "群２", []chat.RoomID{2}},
		{"a name that begins with digits", "2024届", []chat.RoomID{3}},
		{"a name that is a number", "2", []chat.RoomID{4}},
		{"a name that begins like a number's", "群友会", []chat.RoomID{2024}},
		{"a number with more behind it", "群2届", nil},
		{"of another owner", "6", nil},
		{"any", "开", []chat.RoomID{2, 3, 4, 2024}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &Context{Request: Request{Places: places}, Place: places[0]}
			got := c.ownRooms(tt.value)
			if len(got) != len(tt.want) {
				t.Fatalf("rooms %+v, want %v", got, tt.want)
			}
			for i, r := range got {
				if r.ID != tt.want[i] {
					t.Errorf("room %d, want %d", r.ID, tt.want[i])
				}
			}
		})
	}
}
