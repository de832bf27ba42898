package wechat

import (
	"encoding/xml"
	"html"
	"strings"
)

const (
	maxXML      = 256 << 10 // bytes looked at
	maxXMLDepth = 24
	maxXMLNodes = 4000
	maxXMLAttrs = 64 // looked at of one element
	maxXMLName  = 64 // bytes of a name that count; no name of interest is half as long
)

// xmlFields are the texts and attributes of a small document by path: the key
// of <msg><appmsg><title> is "msg/appmsg/title", of an attribute
// "msg@nickname". The first occurrence of a path wins.
type xmlFields map[string]string

// get returns the first of the fields that is not empty, decoded for display.
func (f xmlFields) get(paths ...string) string {
	for _, p := range paths {
		if v := strings.TrimSpace(f[p]); v != "" {
			return v
		}
	}
	return ""
}

// unescapeXML turns the content of a message that carries XML into that XML.
func unescapeXML(content string) string {
	if len(content) > maxXML {
		content = content[:maxXML]
	}
	return html.UnescapeString(strings.ReplaceAll(content, "<br/>", "\n"))
}

// parseXML reads what it can of a document of bounded size and depth. Entities
// other than XML's own five are not expanded; a malformed rest is ignored.
func parseXML(s string) xmlFields {
	d := xml.NewDecoder(strings.NewReader(s))
	d.Strict = false
	fields := xmlFields{}
	var path []string
	for range maxXMLNodes {
		token, err := d.Token()
		if err != nil {
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(path) == maxXMLDepth {
				return fields
			}
			path = append(path, shortName(t.Name))
			key := strings.Join(path, "/")
			for _, a := range t.Attr[:min(len(t.Attr), maxXMLAttrs)] {
				fields.put(key+"@"+shortName(a.Name), a.Value)
			}
		case xml.EndElement:
			if len(path) > 0 {
				path = path[:len(path)-1]
			}
		case xml.CharData:
			fields.put(strings.Join(path, "/"), string(t))
		}
	}
	return fields
}

// shortName bounds what a name adds to every path below it: a few elements with
// endless names would otherwise cost their product.
func shortName(n xml.Name) string { return n.Local[:min(len(n.Local), maxXMLName)] }

func (f xmlFields) put(key, value string) {
	if strings.TrimSpace(value) == "" {
		return
	}
	if _, had := f[key]; !had {
		f[key] = value
	}
}
