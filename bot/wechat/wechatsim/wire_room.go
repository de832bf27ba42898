package wechatsim

import "strings"

type roomAnswer struct {
	BaseResponse baseResponse
	MemberCount  int
	MemberList   []listed
}

// serveUpdateRoom changes a room. Removing answers Ret 1 as the real service
// does, unless the room was made with RemoveWorks and the account owns it;
// renaming is dead too. Friends can be brought in, directly into small rooms
// only.
func (s *Server) serveUpdateRoom(c *call) {
	var body struct{ ChatRoomName, DelMemberList, AddMemberList, InviteMemberList string }
	s.mu.Lock()
	defer s.mu.Unlock()
	now, ret := s.posted(c, &body)
	r := (*room)(nil)
	if ret == retOK {
		if r = now.byRoomID[body.ChatRoomName]; r == nil || !r.has(s.world.self) {
			ret = retParam
		}
	}
	if ret == retOK {
		switch c.r.URL.Query().Get("fun") {
		case "delmember":
			ret = s.removeMembers(now, r, body.DelMemberList)
		case "addmember":
			if ret = retRoomInvite; len(r.present()) < inviteStart {
				ret = s.bringIn(now, r, body.AddMemberList)
			}
		case "invitemember":
			ret = s.bringIn(now, r, body.InviteMemberList)
		default:
			ret = retParam
		}
	}
	c.json(roomAnswer{BaseResponse: baseResponse{Ret: ret}, MemberList: []listed{}})
}

// removeMembers removes the members named, a comma between them.
func (s *Server) removeMembers(now *session, r *room, list string) int {
	if !r.removeWorks || r.owner != s.world.self {
		return retParam
	}
	for name := range strings.SplitSeq(list, ",") {
		p := now.byName[name]
		if p == nil || p == s.world.self || !r.has(p) {
			return retParam
		}
		if _, err := s.world.remove(Removal{Room: r.handle, Member: p.handle, By: selfHandle}); err != nil {
			return retParam
		}
	}
	s.wake()
	return retOK
}

// bringIn invites friends.
func (s *Server) bringIn(now *session, r *room, list string) int {
	var handles []string
	for name := range strings.SplitSeq(list, ",") {
		p := now.byName[name]
		if p == nil || !p.friend || p.special || r.has(p) {
			return retParam
		}
		handles = append(handles, p.handle)
	}
	if _, err := s.world.join(Joining{Room: r.handle, Members: handles, By: selfHandle}); err != nil {
		return retParam
	}
	s.wake()
	return retOK
}
