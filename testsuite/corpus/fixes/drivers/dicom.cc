// DCMTK: pictures made here, shown, packed and unpacked as JPEG-LS; files written and read.
#include "dcmtk/config/osconfig.h"

#include "answer_text.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmimage/diregist.h"
#include "dcmtk/dcmimgle/dcmimage.h"
#include "dcmtk/dcmjpls/djdecode.h"
#include "dcmtk/dcmjpls/djencode.h"
#include "dcmtk/ofstd/ofstd.h"
#include "dcmtk/ofstd/ofxml.h"
#include <vector>

static const char *const instance = "1.2.276.0.7230010.3.1.4.1";

// `missing`: that many samples fewer than rows and columns want.
static void picture(DcmItem &set, const char *colors, int samples, int allocated, int stored, int planar, int missing) {
  const int rows = 12, columns = 16, count = rows * columns * samples - missing;
  set.putAndInsertString(DCM_SOPClassUID, UID_SecondaryCaptureImageStorage);
  set.putAndInsertString(DCM_SOPInstanceUID, instance);
  set.putAndInsertString(DCM_StudyInstanceUID, "1.2.3.4"), set.putAndInsertString(DCM_SeriesInstanceUID, "1.2.3.4.5");
  set.putAndInsertString(DCM_PatientName, "Doe^Jane"), set.putAndInsertString(DCM_PatientID, "P1");
  set.putAndInsertString(DCM_PhotometricInterpretation, colors);
  set.putAndInsertUint16(DCM_SamplesPerPixel, (Uint16)samples), set.putAndInsertUint16(DCM_Rows, rows);
  set.putAndInsertUint16(DCM_Columns, columns), set.putAndInsertUint16(DCM_BitsAllocated, (Uint16)allocated);
  set.putAndInsertUint16(DCM_BitsStored, (Uint16)stored), set.putAndInsertUint16(DCM_HighBit, (Uint16)(stored - 1));
  set.putAndInsertUint16(DCM_PixelRepresentation, 0);
  if (samples > 1)
    set.putAndInsertUint16(DCM_PlanarConfiguration, (Uint16)planar);
  std::vector<Uint16> words(count);
  std::vector<Uint8> bytes(count);
  for (int i = 0; i < count; i++)
    words[i] = (Uint16)((i * 37 + i / 16) & ((1 << stored) - 1)), bytes[i] = (Uint8)(i * 5 + i / 7);
  if (allocated == 16)
    set.putAndInsertUint16Array(DCM_PixelData, words.data(), words.size());
  else
    set.putAndInsertUint8Array(DCM_PixelData, bytes.data(), bytes.size());
}

static void shown(DcmDataset &set) {
  DicomImage image(&set, set.getOriginalXfer());
  say("%d ", image.getStatus());
  if (image.getStatus() != EIS_Normal)
    return;
  image.setMinMaxWindow();
  const void *data = image.getOutputData(8);
  unsigned sum = 0;
  for (unsigned long i = 0; data && i < image.getOutputDataSize(8); i++)
    sum = sum * 31 + ((const Uint8 *)data)[i];
  say("%lu %x;", image.getOutputDataSize(8), sum);
}

static void pictures() {
  for (int missing : {0, 1, 40}) {
    DcmDataset wide, narrow;
    picture(wide, "MONOCHROME2", 1, 16, 12, 0, missing), shown(wide);
    picture(narrow, "MONOCHROME1", 1, 8, 8, 0, missing & ~1), shown(narrow);
    for (int planar = 0; planar < 2; planar++)
      for (const char *colors : {"RGB", "YBR_FULL"}) {
        DcmDataset set;
        picture(set, colors, 3, 8, 8, planar, missing & ~1), shown(set);
      }
  }
  DJLSEncoderRegistration::registerCodecs(), DJLSDecoderRegistration::registerCodecs();
  for (int kind = 0; kind < 3; kind++) {
    DcmFileFormat file;
    DcmDataset *set = file.getDataset();
    picture(*set, kind == 2 ? "RGB" : "MONOCHROME2", kind == 2 ? 3 : 1, kind ? 8 : 16, kind ? 8 : 12, 0, 0);
    const bool isPacked = set->chooseRepresentation(EXS_JPEGLSLossless, NULL).good();
    const OFCondition saved = file.saveFile("packed.dcm", EXS_JPEGLSLossless);
    DcmFileFormat back;
    const OFCondition loaded = back.loadFile("packed.dcm");
    say("packed %d %d %d ", isPacked, saved.good(), loaded.good());
    say("%d ", back.getDataset()->chooseRepresentation(EXS_LittleEndianExplicit, NULL).good());
    const Uint8 *bytes = NULL;
    const Uint16 *words = NULL;
    unsigned long count = 0;
    unsigned sum = 0;
    if (kind)
      back.getDataset()->findAndGetUint8Array(DCM_PixelData, bytes, &count);
    else
      back.getDataset()->findAndGetUint16Array(DCM_PixelData, words, &count);
    for (unsigned long i = 0; i < count; i++)
      sum = sum * 31 + (bytes ? bytes[i] : words[i]);
    say("%lu %x;", count, sum);
  }
}

static void files() {
  DcmFileFormat file;
  picture(*file.getDataset(), "MONOCHROME2", 1, 16, 12, 0, 0);
  file.getDataset()->putAndInsertString(DCM_StudyDescription, "odd");
  for (E_TransferSyntax syntax : {EXS_LittleEndianExplicit, EXS_LittleEndianImplicit, EXS_BigEndianExplicit}) {
    say("%d ", file.saveFile("plain.dcm", syntax).good());
    DcmFileFormat back;
    OFString name;
    say("%d ", back.loadFile("plain.dcm").good());
    back.loadAllDataIntoMemory(), back.getDataset()->findAndGetOFString(DCM_PatientName, name);
    say("%s %lu;", name.c_str(), back.getDataset()->card());
  }
  for (const char *text_ : {"a/b\\c", "plain-1.dcm", "x;`y` $z", ""}) {
    OFString name(text_);
    char letters[40];
    OFStandard::sanitizeFilename(name), OFStandard::strlcpy(letters, text_, sizeof letters);
    OFStandard::sanitizeFilename(letters);
    say("%s %s;", name.c_str(), letters);
  }
  FILE *out = fopen("tree.xml", "w");
  fputs("<?xml version=\"1.0\"?><a x='1'><b>t &lt; u</b><c/><!-- d --></a>", out), fclose(out);
  fclose(fopen("empty.xml", "w"));
  for (const char *path : {"tree.xml", "empty.xml", "missing.xml"}) {
    XMLResults results;
    XMLNode node = XMLNode::parseFile(path, "a", &results);
    say("%d %d %s;", results.error, node.nChildNode(), node.isEmpty() ? "-" : node.getAttribute("x"));
  }
}

extern "C" const char *answer(const char *question) {
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  say("%s ", question);
  pictures(), files();
  return line();
}
