/* libxml2: as ../../services/drivers/libxml2.c, and schemas, Schematron, RELAX NG with includes, XInclude, catalogs,
 * readers, patterns, copies and validation. */
#define answer work
#include "../../services/drivers/libxml2.c"
#undef answer
#include <libxml/catalog.h>
#include <libxml/debugXML.h>
#include <libxml/pattern.h>
#include <libxml/schematron.h>
#include <libxml/valid.h>
#include <libxml/xinclude.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpathInternals.h>
#include <stdlib.h>

static void writeFile(const char *name, const char *content) {
  FILE *file = fopen(name, "w");
  fputs(content, file), fclose(file);
}
static xmlDocPtr parse(const char *content, int options) {
  return xmlReadMemory(content, (int)strlen(content), "d.xml", NULL, options);
}
static void show(xmlDocPtr document) {
  xmlChar *out = NULL;
  int size = 0;
  if (document)
    xmlDocDumpMemory(document, &out, &size);
  say("%.*s;", size, out ? (char *)out : "");
  xmlFree(out), xmlFreeDoc(document);
}

static void schemas(void) {
  static const char *schema =
      "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='r'><xs:complexType><xs:sequence>"
      "<xs:element name='i' maxOccurs='unbounded'><xs:complexType><xs:attribute name='id' type='xs:int'/><xs:attribute "
      "name='ref' type='xs:int'/>"
      "</xs:complexType></xs:element></xs:sequence></xs:complexType><xs:key name='k'><xs:selector xpath='i'/><xs:field "
      "xpath='@id'/></xs:key>"
      "<xs:keyref name='kr' refer='k'><xs:selector xpath='i'/><xs:field "
      "xpath='@ref'/></xs:keyref></xs:element></xs:schema>";
  static const char *instances[] = {"<r><i id='1' ref='2'/><i id='2' ref='1'/></r>",
                                    "<r><i id='1' ref='9'/><i id='1'/></r>", "<r><x/></r>"};
  xmlSchemaParserCtxtPtr parser = xmlSchemaNewMemParserCtxt(schema, (int)strlen(schema));
  xmlSchemaPtr compiled = xmlSchemaParse(parser);
  xmlSchemaFreeParserCtxt(parser);
  for (int i = 0; i < 3; i++) {
    xmlSchemaValidCtxtPtr context = xmlSchemaNewValidCtxt(compiled);
    xmlDocPtr document = parse(instances[i], 0);
    say("schema %d;", xmlSchemaValidateDoc(context, document));
    xmlFreeDoc(document), xmlSchemaFreeValidCtxt(context);
  }
  xmlSchemaFree(compiled);
  static const char *rules = "<sch:schema xmlns:sch='http://purl.oclc.org/dsdl/schematron'><sch:pattern "
                             "name='p'><sch:rule context='i'><sch:assert "
                             "test='@id'>"
                             "<sch:name/> of <sch:name path='..'/> <sch:value-of select='../@n'/> has no "
                             "id</sch:assert></sch:rule></sch:pattern></sch:schema>";
  xmlSchematronParserCtxtPtr tron = xmlSchematronNewMemParserCtxt(rules, (int)strlen(rules));
  xmlSchematronPtr pattern = xmlSchematronParse(tron);
  xmlSchematronFreeParserCtxt(tron);
  for (int i = 0; i < 2 && pattern; i++) {
    xmlSchematronValidCtxtPtr context = xmlSchematronNewValidCtxt(pattern, XML_SCHEMATRON_OUT_ERROR);
    xmlDocPtr document = parse(i ? "<r n='x'><i/></r>" : "<r><i id='1'/></r>", 0);
    say("schematron %d;", xmlSchematronValidateDoc(context, document));
    xmlFreeDoc(document), xmlSchematronFreeValidCtxt(context);
  }
  xmlSchematronFree(pattern);
  writeFile("inner.rng", "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><define name='x'><element "
                         "name='x'><text/></element></define></grammar>");
  static const char *relax = "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><include "
                             "href='inner.rng'/><start><element name='r'><ref name='x'/>"
                             "</element></start></grammar>";
  writeFile("outer.rng", relax);
  xmlRelaxNGParserCtxtPtr grammar = xmlRelaxNGNewParserCtxt("outer.rng");
  xmlRelaxNGPtr compiledGrammar = xmlRelaxNGParse(grammar);
  xmlRelaxNGFreeParserCtxt(grammar);
  for (int i = 0; i < 2 && compiledGrammar; i++) {
    xmlRelaxNGValidCtxtPtr context = xmlRelaxNGNewValidCtxt(compiledGrammar);
    xmlDocPtr document = parse(i ? "<r><y/></r>" : "<r><x>t</x></r>", 0);
    say("relax %d;", xmlRelaxNGValidateDoc(context, document));
    xmlFreeDoc(document), xmlRelaxNGFreeValidCtxt(context);
  }
  xmlRelaxNGFree(compiledGrammar);
}

static void inclusion(void) {
  writeFile("part.xml", "<p xmlns:n='u:n'><q n:a='1'>text</q></p>");
  static const char *document = "<r xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include "
                                "href='part.xml'/><xi:include href='part.xml' xpointer='xpointer(//q)'/>"
                                "<xi:include href='none.xml'><xi:fallback>f</xi:fallback></xi:include><xi:include "
                                "href='part.xml' parse='text'/></r>";
  for (int i = 0; i < 2; i++) {
    xmlDocPtr tree = parse(document, i ? XML_PARSE_XINCLUDE : 0);
    say("include %d;", xmlXIncludeProcess(tree));
    show(tree);
  }
  xmlTextReaderPtr reader =
      xmlReaderForMemory(document, (int)strlen(document), "d.xml", NULL, XML_PARSE_XINCLUDE | XML_PARSE_DTDVALID);
  for (int i = 0; i < 60 && xmlTextReaderRead(reader) == 1; i++)
    say("%d %s,", xmlTextReaderNodeType(reader), (const char *)xmlTextReaderConstName(reader));
  xmlFreeTextReader(reader);
  static const char *valid = "<!DOCTYPE r [<!ELEMENT r (a,b?)><!ELEMENT a EMPTY><!ELEMENT b (#PCDATA)><!ATTLIST a id "
                             "ID #IMPLIED ref IDREF #IMPLIED>"
                             "<!ENTITY e '<b>t</b>'>]>";
  static const char *bodies[] = {"<r><a id='x'/><b>t</b></r>", "<r><b>t</b><a/><a/></r>", "<r><a ref='y'/>&e;</r>",
                                 "<r>text</r>"};
  for (int i = 0; i < 4; i++) {
    char text_[600];
    snprintf(text_, sizeof text_, "%s%s", valid, bodies[i]);
    xmlParserCtxtPtr context = xmlNewParserCtxt();
    xmlDocPtr tree = xmlCtxtReadMemory(context, text_, (int)strlen(text_), NULL, NULL,
                                       XML_PARSE_DTDVALID | XML_PARSE_NOENT | XML_PARSE_SAX1 * (i & 1));
    xmlDocPtr copy = tree ? xmlCopyDoc(tree, 1) : NULL;
    xmlValidCtxtPtr check = xmlNewValidCtxt();
    say("valid %d %d;", context->valid, copy ? xmlValidateDocument(check, copy) : -1);
    xmlCtxtReset(context);
    xmlDocPtr again = xmlCtxtReadMemory(context, "<z/>", 4, NULL, NULL, 0);
    xmlFreeDoc(again), xmlFreeValidCtxt(check), xmlFreeDoc(tree), show(copy), xmlFreeParserCtxt(context);
  }
}

static void smallParts(void) {
  static const char *patterns[] = {"a/b", "//a[", "a|b/c", "@x", "n:a", ".", "child::a", "a//b/@c", "::"};
  for (int i = 0; i < 9; i++) {
    const xmlChar *namespaces[] = {(const xmlChar *)"u:n", (const xmlChar *)"n", NULL, NULL};
    xmlPatternPtr pattern = xmlPatterncompile((const xmlChar *)patterns[i], NULL, 0, namespaces);
    say("%d,", pattern != NULL);
    xmlFreePattern(pattern);
  }
  xmlChar memory[20], *name = xmlBuildQName((const xmlChar *)"local", (const xmlChar *)"prefix", memory, 8);
  say("%s;", name);
  if (name != memory)
    xmlFree(name);
  writeFile("catalog.xml",
            "<catalog xmlns='urn:oasis:names:tc:entity:xmlns:xml:catalog'><public publicId='-//X' uri='x.dtd'/><uri "
            "name='u:a' uri='b'/>"
            "<delegateURI uriStartString='u:d' catalog='second.xml'/><nextCatalog catalog='second.xml'/></catalog>");
  writeFile("second.xml",
            "<catalog xmlns='urn:oasis:names:tc:entity:xmlns:xml:catalog'><uri name='u:d/1' uri='found'/></catalog>");
  xmlCatalogPtr catalog = xmlLoadACatalog("catalog.xml");
  static const char *uris_[] = {"u:a", "u:d/1", "u:none"};
  for (int i = 0; i < 3 && catalog; i++) {
    xmlChar *found = xmlACatalogResolveURI(catalog, (const xmlChar *)uris_[i]);
    say("%s,", found ? (const char *)found : "-");
    xmlFree(found);
  }
  FILE *out = fopen("dumped.xml", "w");
  if (catalog)
    xmlACatalogDump(catalog, out), xmlFreeCatalog(catalog);
  fclose(out);
  xmlDocPtr tree = parse("<a><b>1</b><b>2</b></a>", 0);
  xmlXPathContextPtr context = xmlXPathNewContext(tree);
  xmlXPathCompExprPtr compiled = xmlXPathCtxtCompile(context, (const xmlChar *)"sum(//b)");
  xmlXPathObjectPtr sum = xmlXPathCompiledEval(compiled, context),
                    found = xmlXPathEval((const xmlChar *)"//b[2]", context);
  say("%d %d;", sum ? (int)sum->floatval : -1, found && found->nodesetval ? found->nodesetval->nodeNr : -1);
  xmlXPathFreeObject(sum), xmlXPathFreeObject(found), xmlXPathFreeCompExpr(compiled), xmlXPathFreeContext(context),
      xmlFreeDoc(tree);
}

/* The shell, fed with lines of which one is blank. */
static int shellLine;
static char *typed(char *prompt) {
  static const char *lines[] = {"ls", "   ", "cd b", "pwd", "\n", "cat", "bye"};
  (void)prompt;
  return shellLine < 7 ? strdup(lines[shellLine++]) : NULL;
}
static void shell(void) {
  xmlDocPtr tree = parse("<a><b>1</b><c/></a>", 0);
  char *out = NULL;
  size_t size_ = 0;
  FILE *screen = open_memstream(&out, &size_);
  shellLine = 0;
  xmlShell(tree, (char *)"d.xml", typed, screen);
  fclose(screen);
  say("shell %.*s;", (int)size_, out);
  free(out), xmlFreeDoc(tree);
}

const char *answer(const char *question) {
  static char both[130000];
  strcpy(both, work(question));
  schemas(), inclusion(), smallParts(), shell();
  strcat(both, line());
  return both;
}
