using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Evidence;

namespace RecoveryOS.Core.Tests.Backups.Evidence;

/// <summary>A report as its reader sees it.</summary>
internal static class ReportPage
{
    public static DrillEvidence Sample(string name) => name switch
    {
        "passed" => SampleEvidence.Passed,
        "failed" => SampleEvidence.Failed,
        _ => SampleEvidence.Inconclusive,
    };

    public static SignedEvidence Sign(DrillEvidence test, string keyId = "first") => EvidenceWriter.Sign(
        test, new(
            Microsoft.Extensions.Options.Options.Create(
                new Core.Backups.BackupOptions { Signing = BackupSettings.Signing(keyId) })));

    public static XElement Parse(string html)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore };
        using var reader = XmlReader.Create(new StringReader(html), settings);
        return XElement.Load(reader);
    }

    /// <summary>As a reader sees it: runs of white space are one space.</summary>
    public static string Text(string html) =>
        Spaced(string.Join(' ', Parse(html).Descendants().Nodes().OfType<XText>().Select(text => text.Value)));

    public static string Spaced(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public static XElement Section(XElement page, string label) =>
        page.Descendants("section").Single(section => section.Attribute("aria-labelledby")?.Value == label);

    public static List<string> Cells(XElement page, string label, string header) =>
        Cells(Section(page, label), header);

    public static List<string> Cells(XElement section, string header) => section.Descendants("tr")
        .Single(row => row.Elements("th").Any(cell => Spaced(cell.Value) == header))
        .Elements().Select(cell => Spaced(cell.Value)).ToList();

    public static string Class(XElement element) => element.Attribute("class")?.Value ?? "";

    public static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)?.Value ?? "", CultureInfo.InvariantCulture);
}
