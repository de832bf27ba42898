package moderation

import "testing"

// TestAlikeOfItsOwnWord leaves look-alikes alone that the text as it is written
// explains: by an allow-phrase, or by an ordinary word they belong to.
func TestAlikeOfItsOwnWord(t *testing.T) {
	for _, c := range []struct {
		name, word, phrase, text string
		want                     Action
	}{
		{name: "a look-alike", word: "加群", text: "伽群聊", want: ActionReview},
		{name: "of an ordinary word", word: "加群", text: "瑜伽群今天几点上课"},
		{name: "of an ordinary word, the other side", word: "赌球", text: "亲眼目睹球星进球"},
		{name: "inside the hit", word: "票子", text: "糖炒栗子"},
		{name: "in an allow-phrase", word: "加群", phrase: "伽群", text: "伽群聊"},
		{name: "beside an allow-phrase", word: "加群", phrase: "伽群聊", text: "伽群聊，伽群", want: ActionReview},
		{name: "a picture is nobody's word", word: "手机", text: "手🐔便宜", want: ActionReview},
	} {
		t.Run(c.name, func(t *testing.T) {
			if v := judgeWords(t, c.text, DefaultVariants(), phrases(c.phrase), c.word); v.Action != c.want {
				t.Errorf("%s in %s: %+v, want %v", c.word, c.text, v, c.want)
			}
		})
	}
}

func phrases(one string) []string {
	if one == "" {
		return nil
	}
	return []string{one}
}
