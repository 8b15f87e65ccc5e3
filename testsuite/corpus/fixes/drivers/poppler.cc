// Poppler: a document that is made here, parsed, drawn, its structure read, and saved page by page; signatures.
#include "Catalog.h"
#include "Error.h"
#include "GlobalParams.h"
#include "PDFDoc.h"
#include "SignatureHandler.h"
#include "SplashOutputDev.h"
#include "Stream.h"
#include "StructTreeRoot.h"
#include "TextOutputDev.h"
#include "answer_text.h"
#include "splash/SplashBitmap.h"
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

static std::string document() {
  const std::string text_ = "BT /F1 18 Tf 20 100 Td (Hello, world) Tj ET 0 0 1 rg 10 10 50 30 re f";
  std::vector<std::string> objects = {
      "<</Type/Catalog/Pages 2 0 R/StructTreeRoot 6 0 R/MarkInfo<</Marked true>>/AcroForm<</Fields[]>>>>",
      "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 150]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/StructParents "
      "0/Annots[8 0 R 9 0 R 10 0 R]>>",
      "<</Length " + std::to_string(text_.size()) + ">>stream\n" + text_ + "\nendstream",
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
      "<</Type/StructTreeRoot/K 7 0 R/ParentTree<</Nums[0 [7 0 R] 1 [7 0 R] 1 [7 0 R]]>>>>",
      "<</Type/StructElem/S/P/P 6 0 R/K 0/Pg 3 0 R>>",
      "<</Type/Annot/Subtype/Link/Rect[0 0 20 20]/P 3 0 R/A<</S/URI/URI(http://localhost/)>>>>",
      "<</Subtype/Text/Rect[30 30 50 50]/Contents(note)>>",
      "<</Rect[0 0 1 1]>>",
      "<</Title(Title)/GTS_PDFXVersion(PDF/X-1abcd)/GTS_PDFEVersion(PDF/E-1)>>"};
  std::string out = "%PDF-1.6\n";
  std::vector<size_t> at;
  for (size_t i = 0; i < objects.size(); i++)
    at.push_back(out.size()), out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  size_t table = out.size();
  out += "xref\n0 " + std::to_string(at.size() + 1) + "\n0000000000 65535 f \n";
  for (size_t offset : at) {
    char row[30];
    snprintf(row, sizeof row, "%010zu 00000 n \n", offset), out += row;
  }
  return out + "trailer\n<</Size " + std::to_string(at.size() + 1) + "/Root 1 0 R/Info 11 0 R>>\nstartxref\n" +
         std::to_string(table) + "\n%%EOF\n";
}
static void complain(ErrorCategory, Goffset, const char *message) {
  say("(%s)", message);
}

// A message that holds the digest of "document", and the same with a signature that nobody made, checked against a text.
static int checked(bool isForged, const char *text_) {
  static const bool isMade = !system(
      "{ openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=test -days 30 && "
      "printf document | openssl dgst -sha256 -binary >digest && openssl cms -sign -nodetach -binary -md sha256 "
      "-in digest -signer cert.pem -inkey key.pem -outform DER -out signed.der; } >openssl.log 2>&1");
  setenv("HOME", ".", 1); // whoever's certificates lie in the real one
  std::ifstream in("signed.der", std::ios::binary);
  const std::vector<char> signed_{std::istreambuf_iterator<char>(in), {}};
  auto *message = (unsigned char *)malloc(signed_.size() + 1); // the handler's own
  std::copy(signed_.begin(), signed_.end(), message);
  if (isForged && !signed_.empty())
    message[signed_.size() - 1] ^= 1;
  SignatureHandler handler(message, (int)signed_.size());
  handler.updateHash((unsigned char *)text_, (int)strlen(text_));
  return isMade ? handler.validateSignature() : -1;
}

extern "C" const char *answer(const char *question) {
  if (!strcmp(question, "forged")) {
    const int status = checked(true, "document");
    say("%s", status == SIGNATURE_VALID ? "valid" : status == SIGNATURE_INVALID ? "invalid" : "not checked");
    return line();
  }
  static std::string data = document();
  if (!globalParams)
    globalParams = std::make_unique<GlobalParams>();
  setErrorCallback(complain);
  say("%s ", question);
  PDFDoc pdf(new MemStream(const_cast<char *>(data.data()), 0, (Goffset)data.size(), Object(objNull)));
  say("%d %d %d %d;", pdf.isOk(), pdf.getNumPages(), pdf.getPDFSubtype(), pdf.getPDFSubtypeConformance());
  SplashColor white = {255, 255, 255};
  SplashOutputDev device(splashModeRGB8, 4, false, white);
  device.startDoc(&pdf), pdf.displayPage(&device, 1, 72, 72, 0, true, true, false);
  unsigned sum = 0;
  SplashBitmap *map = device.getBitmap();
  for (int i = 0; i < map->getRowSize() * map->getHeight(); i++)
    sum = sum * 31 + map->getDataPtr()[i];
  say("%x;", sum);
  if (const StructTreeRoot *root = pdf.getStructTreeRoot())
    say("%u;", root->getNumChildren());
  TextOutputDev words(nullptr, false, 0, false, false);
  pdf.displayPage(&words, 1, 72, 72, 0, true, true, false);
  const PDFRectangle *box = pdf.getPage(1)->getMediaBox();
  GooString *got = words.getText(box->x1, box->y1, box->x2, box->y2);
  say("%s;", got->c_str());
  delete got;
  GooString name("page.pdf");
  say("%d;", pdf.savePageAs(name, 1));
  say("signatures %d %d %d %d;", checked(false, "document"), checked(false, "another"), checked(true, "document"),
      checked(true, "another"));
  return line();
}
