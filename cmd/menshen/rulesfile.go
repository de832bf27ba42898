package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"menshen/bot/command"
	"menshen/bot/text"
	"menshen/moderation"
)

// maxRulesFile is the largest rules file that is read, in bytes.
const maxRulesFile = 32 << 20

// readRules reads a rules file and compiles it. Its errors are sentences with
// the line and the remedy, and mean exit code 2.
func readRules(path string) (moderation.Rules, *moderation.Judge, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxRulesFile {
		return moderation.Rules{}, nil, usage("%s is larger than 32 MiB; split it", path)
	}
	content, err := readYAML(path)
	if err != nil {
		return moderation.Rules{}, nil, usage("cannot read the rules: %v; name a file that can be read", err)
	}
	return parseRules(path, content)
}

// readYAML reads a file that may begin with the mark that editors on Windows
// put there, which the YAML parser takes for part of the first name.
func readYAML(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	return bytes.TrimPrefix(content, []byte("\ufeff")), err
}

// parseRules reads rules from content; path is for messages.
func parseRules(path string, content []byte) (moderation.Rules, *moderation.Judge, error) {
	f := rulesFile{path: path, lines: map[string][]int{}}
	body, err := f.body(content)
	if err != nil {
		return f.rules, nil, err
	}
	if body != nil {
		if err := f.object(body, "the rules file", f.field); err != nil {
			return f.rules, nil, err
		}
	}
	var judge *moderation.Judge
	if err = moderation.RefuseRepeated(f.rules.Keywords); err == nil {
		judge, err = moderation.Compile(f.rules)
	}
	var item *moderation.RuleError
	if errors.As(err, &item) {
		return f.rules, nil, f.refuse(mistakeOf(item), f.lines[item.List][item.Index], f.explain(item))
	}
	if err != nil {
		return f.rules, nil, usage("%s: %v", path, err)
	}
	return f.rules, judge, nil
}

// importedRules reads rules that were sent in a chat.
func importedRules(content string) (moderation.Rules, error) {
	rules, _, err := parseRules("YAML", []byte(content))
	return rules, err
}

// rulesFile is a rules file being read. It walks the syntax tree by hand, so
// that every complaint knows its line and nothing is converted silently.
type rulesFile struct {
	path  string
	rules moderation.Rules
	lines map[string][]int // line of every item by list
}

// explain words an item's error, naming the line of the item it repeats.
func (f *rulesFile) explain(e *moderation.RuleError) string {
	if e.Repeats < 0 {
		return e.Reason
	}
	return fmt.Sprintf("%s, on line %d; remove one of them", e.Reason, f.lines[e.List][e.Repeats])
}

// mistakeOf names an item's error for a chat.
func mistakeOf(e *moderation.RuleError) text.Mistake {
	switch {
	case e.Repeats >= 0:
		return text.MistakeRepeat
	case e.List == "allow_hosts":
		return text.MistakeHost
	}
	return text.MistakeWord
}

// body parses content and returns the only document's root, nil when empty.
func (f *rulesFile) body(content []byte) (ast.Node, error) {
	file, err := parser.ParseBytes(content, 0)
	if err != nil {
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil {
			message, _, _ := strings.Cut(at.GetMessage(), "\n")
			return nil, f.refuse(text.MistakeSyntax, at.GetToken().Position.Line, message+"; correct the YAML")
		}
		return nil, usage("%s is not YAML: %v; correct it", f.path, err)
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.NullType {
			continue
		}
		if body != nil {
			return nil, f.wrong(text.MistakeOther, doc.Body, "a second document", "keep one document in the file")
		}
		body = doc.Body
	}
	return body, nil
}

// wrong is a complaint about a node.
func (f *rulesFile) wrong(kind text.Mistake, n ast.Node, what, remedy string) error {
	return f.refuse(kind, n.GetToken().Position.Line, what+"; "+remedy)
}

// refuse is a complaint about a line.
func (f *rulesFile) refuse(kind text.Mistake, line int, complaint string) error {
	return command.RulesError{Line: line, Mistake: kind, Err: usage("%s line %d: %s", f.path, line, complaint)}
}

// object calls each for every key of a mapping and refuses repeated keys.
func (f *rulesFile) object(n ast.Node, what string, each func(key string, v *ast.MappingValueNode) error) error {
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		return f.wrong(text.MistakeType, n, what+" has to be fields with values, not "+kindName(n), "see the example in the manual")
	}
	seen := map[string]bool{}
	for _, v := range values {
		key, ok := v.Key.(ast.Node).(*ast.StringNode)
		if !ok {
			return f.wrong(text.MistakeType, v, "a field name of the wrong type", "write a plain name")
		}
		if seen[key.Value] {
			return f.wrong(text.MistakeField, v.Key, fmt.Sprintf("field %q is there twice", key.Value), "join the two")
		}
		seen[key.Value] = true
		if err := each(key.Value, v); err != nil {
			return err
		}
	}
	return nil
}

// list calls each for every item of a sequence; null is an empty one.
func (f *rulesFile) list(name string, n ast.Node, each func(item ast.Node) error) error {
	if n.Type() == ast.NullType {
		return nil
	}
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		return f.wrong(text.MistakeType, n, name+" has to be a list, not "+kindName(n), "write one item a line, each after a dash")
	}
	for _, item := range seq.Values {
		f.lines[name] = append(f.lines[name], item.GetToken().Position.Line)
		if err := each(item); err != nil {
			return err
		}
	}
	return nil
}

// text reads a string.
func (f *rulesFile) text(n ast.Node, what string) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n"), nil
	}
	return "", f.wrong(text.MistakeType, n, what+" has to be a text, not "+kindName(n), "put it in quotes")
}

// kindName says what a node is, for a reader who does not know YAML's terms.
func kindName(n ast.Node) string {
	switch n.Type() {
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
	case ast.BoolType:
		return "true or false"
	case ast.NullType:
		return "nothing"
	case ast.SequenceType:
		return "a list"
	case ast.MappingType, ast.MappingValueType:
		return "fields with values"
	case ast.StringType, ast.LiteralType:
		return "a text"
	}
	return "a reference or tag"
}

// field reads one field of the file.
func (f *rulesFile) field(key string, v *ast.MappingValueNode) error {
	switch key {
	case "keywords":
		return f.list(key, v.Value, f.keyword)
	case "allow_phrases":
		return f.list(key, v.Value, f.textInto(&f.rules.AllowPhrases, "an allow-phrase"))
	case "allow_hosts":
		return f.list(key, v.Value, f.textInto(&f.rules.AllowHosts, "an allowed host"))
	case "rules":
		if v.Value.Type() == ast.NullType {
			return nil
		}
		f.rules.Actions = map[string]moderation.Action{}
		return f.object(v.Value, "rules", f.rule)
	}
	return f.unknown(v, key, "keywords, allow_phrases, allow_hosts and rules")
}

func (f *rulesFile) unknown(v *ast.MappingValueNode, key, known string) error {
	return f.wrong(text.MistakeField, v.Key, fmt.Sprintf("unknown field %q", key), "remove it; there are "+known)
}

func (f *rulesFile) textInto(list *[]string, what string) func(ast.Node) error {
	return func(item ast.Node) error {
		written, err := f.text(item, what)
		*list = append(*list, written)
		return err
	}
}

// rule reads the action of one rule.
func (f *rulesFile) rule(key string, v *ast.MappingValueNode) error {
	for _, name := range moderation.RuleNames() {
		if name == key {
			action, err := f.action(v.Value)
			f.rules.Actions[key] = action
			return err
		}
	}
	return f.unknown(v, key, strings.Join(moderation.RuleNames(), ", "))
}

func (f *rulesFile) action(n ast.Node) (moderation.Action, error) {
	const remedy = "write off, notice, review or strike"
	node, ok := n.(*ast.StringNode)
	if !ok {
		return 0, f.wrong(text.MistakeType, n, "an action has to be a word, not "+kindName(n), remedy)
	}
	action, ok := moderation.ParseAction(node.Value)
	if !ok {
		return 0, f.wrong(text.MistakeAction, n, fmt.Sprintf("unknown action %q", node.Value), remedy)
	}
	return action, nil
}

// keyword reads a keyword written as a string or as an object.
func (f *rulesFile) keyword(item ast.Node) error {
	k := moderation.Keyword{Action: moderation.ActionStrike, Variants: moderation.DefaultVariants()}
	var err error
	switch item.Type() {
	case ast.MappingType, ast.MappingValueType:
		err = f.object(item, "a keyword", func(key string, v *ast.MappingValueNode) error {
			return f.keywordField(&k, key, v)
		})
	default:
		k.Word, err = f.text(item, "a keyword")
	}
	f.rules.Keywords = append(f.rules.Keywords, k)
	return err
}

func (f *rulesFile) keywordField(k *moderation.Keyword, key string, v *ast.MappingValueNode) (err error) {
	switch key {
	case "word":
		k.Word, err = f.text(v.Value, "a keyword")
	case "category":
		k.Category, err = f.text(v.Value, "a category")
	case "action":
		k.Action, err = f.action(v.Value)
	case "disguised":
		if k.Disguised, err = f.action(v.Value); err == nil && k.Disguised == moderation.ActionNone {
			return f.wrong(text.MistakeAction, v.Value, "disguised hits of a keyword cannot be off", "write notice, review or strike")
		}
	case "variants":
		k.Variants = nil
		seq, ok := v.Value.(*ast.SequenceNode)
		if !ok {
			return f.wrong(text.MistakeType, v.Value, "variants have to be a list, not "+kindName(v.Value), "write [pinyin, split]")
		}
		for _, item := range seq.Values {
			if err := f.variant(k, item); err != nil {
				return err
			}
		}
	default:
		return f.unknown(v, key, "word, action, variants, category and disguised")
	}
	return err
}

func (f *rulesFile) variant(k *moderation.Keyword, item ast.Node) error {
	name, err := f.text(item, "a variant")
	if err != nil {
		return err
	}
	for _, known := range moderation.AllVariants() {
		if moderation.Variant(name) == known {
			k.Variants = append(k.Variants, known)
			return nil
		}
	}
	return f.wrong(text.MistakeVariant, item, fmt.Sprintf("unknown variant %q", name), "write pinyin, homophone, split, initials, shorthand or repeat")
}
