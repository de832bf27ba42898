package bot_test

import (
	"testing"
	"time"
)

// TestAnHonourListThatWasMissed: the program was down for longer than the list
// may be late, so it is left out and the owner hears of it, once.
func TestAnHonourListThatWasMissed(t *testing.T) {
	s := newStage(t)
	s.asks(wang, "设置 荣誉榜 每周三 13:00", time.Minute)
	s.says(jia, "签到", time.Minute)
	s.pass(2 * time.Hour)
	s.wantHeard("荣誉榜（", 1)
	s.close()
	s.clock.jump(s.clock.Now().Add(7*24*time.Hour + 7*time.Hour))
	s.start()
	s.pass(time.Hour)
	s.restart()
	s.pass(time.Hour)
	s.wantHeard("荣誉榜（", 1)
	s.wantCount(s.heard(true), "的荣誉榜错过了时间，没有发。下一次：", 1)
	s.sound()
}

// TestAPausedRoomHearsItsHonourListAfterwards: a pause is a promise to say
// nothing.
func TestAPausedRoomHearsItsHonourListAfterwards(t *testing.T) {
	s := newStage(t)
	s.asks(wang, "设置 荣誉榜 每周三 13:00", time.Minute)
	s.says(jia, "签到", time.Minute)
	s.asks(wang, "暂停 3h", time.Minute)
	s.pass(2 * time.Hour)
	s.wantHeard("荣誉榜（", 0)
	s.pass(2 * time.Hour)
	s.wantHeard("荣誉榜（", 1)
	s.sound()
}
