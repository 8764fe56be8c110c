using System.Xml.Linq;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Reports;
using static RecoveryOS.Core.Tests.Backups.Evidence.ReportPage;

namespace RecoveryOS.Core.Tests.Backups.Evidence;

public sealed class DrillReportTests
{
    public static TheoryData<string> All => ["passed", "failed", "inconclusive"];

    [Theory, MemberData(nameof(All))]
    public void Each_fact_of_the_evidence_is_in_the_report(string name)
    {
        var test = Sample(name);
        var signed = Sign(test);

        var text = Text(DrillReport.Render(signed, []));

        Assert.All(
            [
                test.TestId.ToString(), test.Server, test.RequestedBy, test.TesterVersion, test.Machine, test.Teardown,
                "28 Nov 2026, 04:00:12",
                .. test.Reasons,
                .. test.Checks.Select(check => check.Detail),
                .. test.ParityFindings,
                test.Target?.Value, test.Target?.Choice, test.Reached?.Proof, test.Reached?.Lsn?.ToString(),
                test.Backup?.Id.ToString(), "catalogue entry 412", "87 WAL segments", "1.3 GB",
                .. test.Window?.Holes.Select(hole => hole.Reason) ?? [],
                signed.Sha256, signed.KeyId, Convert.ToBase64String(signed.Signature),
            ],
            fact => Assert.Contains(fact ?? "", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("passed", "Passed: recoveryos", "everything was right")]
    [InlineData("failed", "Failed: recoveryos", "2 of 15 checks found something wrong, and 1 could not be made")]
    [InlineData(
        "inconclusive", "Inconclusive: recoveryos",
        "proves nothing, and does not count as passed: 14 of 15 checks")]
    public void The_verdict_stands_at_the_top_in_words(string name, string heading, string sentence)
    {
        var page = Parse(DrillReport.Render(Sign(Sample(name)), []));

        var verdict = page.Descendants("section").First();
        Assert.Equal(heading, verdict.Descendants("h1").Single().Value);
        Assert.Contains(sentence, verdict.Value, StringComparison.Ordinal);
        Assert.StartsWith(heading.Split(':')[0], page.Descendants("title").First().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_are_right_wrong_or_not_seen()
    {
        var page = Parse(DrillReport.Render(Sign(SampleEvidence.Failed), []));

        Assert.Equal(["10", "Row counts", "Wrong"], Cells(page, "checks", "Row counts").Take(3));
        Assert.Equal("Not seen", Cells(page, "checks", "Assertion members have accounts")[2]);
        Assert.Equal(["4", "WAL chain", "Right"], Cells(page, "checks", "WAL chain").Take(3));
    }

    [Fact]
    public void Objectives_are_held_against_their_targets()
    {
        var measures = Parse(DrillReport.Render(Sign(SampleEvidence.Failed), []))
            .Descendants("div").Where(div => Class(div).StartsWith("measure", StringComparison.Ordinal)).ToList();

        Assert.Contains("9 min 12 s", measures[0].Value, StringComparison.Ordinal);
        Assert.Contains("over the target", measures[0].Value, StringComparison.Ordinal);
        Assert.Contains(
            "Target 5 min · forecast 10 s · 54 heartbeats lost", measures[0].Value, StringComparison.Ordinal);
        Assert.Contains("53.4 s", measures[1].Value, StringComparison.Ordinal);
        Assert.Contains("within the target", measures[1].Value, StringComparison.Ordinal);
        Assert.Contains("Target 1 h · forecast 1 min 1 s", measures[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_measured_is_not_called_good()
    {
        var text = Text(DrillReport.Render(Sign(SampleEvidence.Inconclusive), []));

        Assert.DoesNotContain("within the target", text, StringComparison.Ordinal);
        Assert.Contains("not measured", text, StringComparison.Ordinal);
        Assert.Contains("The recovery window could not be read.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("passed", "SOC 2 A1.2", "Checks 1–5, 7–9", "Supported")]
    [InlineData("passed", "HIPAA 164.308(a)(7)(ii)(A)", "Checks 1–4, 7–14", "Supported")]
    [InlineData("failed", "HIPAA 164.308(a)(7)(ii)(A)", "Checks 1–4, 7–14", "Correction due")]
    [InlineData("failed", "SOC 2 A1.2", "Checks 1–5, 7–9", "Supported")]
    [InlineData("failed", "SOC 2 A1.3", "The test as a whole, 15 checks", "Correction due")]
    [InlineData("inconclusive", "HIPAA 164.308(a)(7)(ii)(B)", "Checks 6, 10–14", "Not shown")]
    [InlineData("inconclusive", "HIPAA 164.308(a)(7)(ii)(D)", "The test as a whole, 15 checks", "Not shown")]
    [InlineData("inconclusive", "ISO 27001 A.8.13", "The test as a whole, 15 checks", "Not shown")]
    public void Each_control_names_the_checks_that_serve_it(string sample, string control, string by, string result)
    {
        var cells = Cells(Parse(DrillReport.Render(Sign(Sample(sample)), [])), "controls", control);

        Assert.Equal([by, result], cells.Skip(2));
    }

    [Fact]
    public void Hostile_names_stay_texts()
    {
        const string Hostile = "\"><script>alert('x')</script><img src=//evil.example/x onerror=x>&amp;\0\u202Egpj.exe";
        var test = SampleEvidence.Failed with
        {
            Server = Hostile,
            RequestedBy = Hostile,
            Machine = Hostile,
            Teardown = Hostile,
            TesterVersion = Hostile,
            Reasons = [Hostile],
            ParityFindings = [Hostile],
            Target = new(Hostile, Hostile, Hostile),
            Reached = new(null, null, Hostile),
            Phases = [new(Hostile, 1, 2)],
            Checks = [new(Hostile, Verdict.Failed, Hostile, 1)],
            Window = SampleEvidence.Failed.Window is not { } window ? null : window with
            {
                Holes = [.. window.Holes.Select(hole => hole with { Reason = Hostile })],
            },
        };

        var html = DrillReport.Render(Sign(test, Hostile), []);

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202E', html);
        var shown = Hostile.Replace("\0\u202E", "\uFFFD\uFFFD", StringComparison.Ordinal);
        Assert.Contains(Parse(html).Descendants("li"), item => item.Value == shown);
    }

    [Theory, MemberData(nameof(All))]
    public void The_page_is_whole_by_itself(string name)
    {
        var html = DrillReport.Render(Sign(Sample(name)), SampleEvidence.History(25));

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http:", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https:", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", html, StringComparison.OrdinalIgnoreCase);
        var attributes = Parse(html).Descendants().Attributes().ToList();
        Assert.DoesNotContain(
            attributes, attribute => attribute.Name.LocalName is "src" or "href" or "srcset" or "action");
        Assert.All(
            attributes.Where(attribute => attribute.Value.Contains("url(", StringComparison.Ordinal)),
            attribute => Assert.Equal("url(#hatch)", attribute.Value));
    }

    [Theory, MemberData(nameof(All))]
    public void Those_who_cannot_see_it_can_read_it(string name)
    {
        var page = Parse(DrillReport.Render(Sign(Sample(name)), SampleEvidence.History(5)));

        Assert.Single(page.Descendants("h1"));
        Assert.All(
            page.Descendants("th"),
            header => Assert.Contains(header.Attribute("scope")?.Value, (string?[])["col", "row"]));
        Assert.All(page.Descendants("svg"), picture => Assert.True(
            picture.Attribute("aria-hidden") is not null
            || (picture.Attribute("role")?.Value == "img"
                && picture.Attribute("aria-labelledby")?.Value
                    == picture.Elements("title").Single().Attribute("id")?.Value)));
        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(page.Descendants().Attributes("aria-labelledby"), label => Assert.Contains(label.Value, ids));
    }
}
