#include "json/json.h"
#include <sstream>
#include <string>
static std::string text;
static const char *docs[] = {"{\"a\":[1,2.5,true,null,\"s\\u00e9\\n\"],\"b\":{\"c\":-3}}",
                             "[1,2",
                             "{\"a\":1,}",
                             "// c\n{\"x\": /* y */ 18446744073709551615}",
                             "\"str\"",
                             "[1e400, NaN, -Infinity]",
                             "{\"k\":\"\\ud83d\\ude00\",\"k\":2}",
                             "[[[[]]]]",
                             "nul",
                             "{'a':1}"};
extern "C" const char *answer(const char *q) {
  std::ostringstream out;
  for (auto d : docs) {
    Json::Value v;
    Json::CharReaderBuilder b;
    std::string e;
    std::istringstream in(d);
    bool ok = false;
    try {
      ok = Json::parseFromStream(b, in, &v, &e);
    } catch (std::exception &x) {
      out << x.what();
    }
    out << ok << e;
    Json::StreamWriterBuilder w;
    w["indentation"] = ok ? "  " : "";
    try {
      out << Json::writeString(w, v);
      if (v.isObject())
        for (auto &m : v.getMemberNames())
          out << m << v[m].type();
      Json::FastWriter f;
      out << f.write(v);
      Json::StyledWriter s;
      out << s.write(v);
    } catch (std::exception &x) {
      out << x.what();
    }
    try {
      Json::Reader r;
      Json::Value u;
      out << r.parse(d, u) << r.getFormattedErrorMessages() << (u == v) << (u < v);
    } catch (std::exception &x) {
      out << x.what();
    }
    b.strictMode(&b.settings_);
    std::istringstream in2(d);
    try {
      out << Json::parseFromStream(b, in2, &v, &e) << e;
    } catch (std::exception &x) {
      out << x.what();
    }
  }
  Json::Value v;
  v["q"] = q;
  v["n"] = 3.14;
  v["l"].append(1);
  v["l"].append("x");
  v["l"].insert(0, 9);
  Json::Value rem;
  v["l"].removeIndex(1, &rem);
  out << v << v.size() << v["n"].asInt() << v.get("none", 5) << v["l"][0].asString() << v.isMember("q");
  try {
    out << v["q"].asInt();
  } catch (std::exception &x) {
    out << x.what();
  }
  Json::Path p(".l[0]");
  out << p.resolve(v);
  text = out.str();
  for (char &c : text)
    if (c == '\n')
      c = '~';
  return text.c_str();
}
