using System.Globalization;
using RecoveryOS.Core.Backups.Drills.Reports;
using static RecoveryOS.Core.Tests.Backups.Evidence.ReportPage;

namespace RecoveryOS.Core.Tests.Backups.Evidence;

/// <summary>What a report draws is where its numbers put it.</summary>
public sealed class ReportPictureTests
{
    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    [Fact]
    public void The_last_tests_are_drawn_with_their_verdicts_and_targets()
    {
        var page = Parse(DrillReport.Render(Sign(SampleEvidence.Passed), SampleEvidence.History(30)));

        var section = Section(page, "history");
        Assert.Equal("The last 20 tests", section.Element("h2")?.Value);
        var rpo = section.Descendants("svg").First();
        var signs = rpo.Elements("circle").Count() + rpo.Elements("path").Count(
            path => path.Attribute("stroke")?.Value == "var(--failed)");
        Assert.Equal(20, signs);
        Assert.Single(rpo.Elements("path"), path => path.Attribute("stroke-dasharray") is not null);
        Assert.EndsWith("8.4 s (passed); target 5 min", rpo.Element("title")?.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_test_says_that_it_is_the_first()
    {
        var section = Section(Parse(DrillReport.Render(Sign(SampleEvidence.Passed), [])), "history");

        Assert.Equal("The first test", section.Element("h2")?.Value);
        Assert.Contains("no earlier test", section.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Holes_of_the_window_are_drawn_where_they_are()
    {
        var window = Section(Parse(DrillReport.Render(Sign(SampleEvidence.Failed), [])), "window");

        var hatched = window.Descendants("rect").Where(rect => rect.Attribute("fill")?.Value == "url(#hatch)").ToList();
        // Nine days are 440 wide: the first hole begins 2.6 days after the beginning and lasts 0.4 days.
        Assert.Equal(2, hatched.Count);
        Assert.Equal(127.1, Number(hatched[0], "x"), 0.2);
        Assert.Equal(19.6, Number(hatched[0], "width"), 0.2);
        Assert.Contains("2 holes", window.Descendants("title").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Phases_fill_the_bar_in_their_order()
    {
        var phases = Section(Parse(DrillReport.Render(Sign(SampleEvidence.Passed), [])), "phases");

        var widths = phases.Descendants("rect").Select(rect => Number(rect, "width")).ToList();
        Assert.Equal(SampleEvidence.Passed.Phases.Count, widths.Count);
        Assert.Equal(440, widths.Sum(), 1.5);
        Assert.Equal(21.4 / SampleEvidence.Passed.Phases.Sum(phase => phase.Seconds) * 440, widths[0], 0.1);
        Assert.Equal(["1 Fetch", "21.4 s", "17 %", "1.3 GB"], Cells(phases, "1 Fetch"));
    }

    [Fact]
    public void What_counts_for_the_RTO_is_bracketed_and_the_work_of_the_test_is_not()
    {
        var phases = Section(Parse(DrillReport.Render(Sign(SampleEvidence.Passed), [])), "phases");

        var bars = phases.Descendants("rect").ToList();
        var brackets = phases.Descendants("path").Select(path => path.Attribute("d")?.Value ?? "").ToList();
        // Fetch and WAL; then, after pg_verifybackup, from the start to the first query.
        Assert.Equal(2, brackets.Count);
        Assert.StartsWith("M0.5 ", brackets[0], StringComparison.Ordinal);
        var second = double.Parse(brackets[1][1..brackets[1].IndexOf(' ', StringComparison.Ordinal)], Invariant);
        Assert.Equal(Number(bars[3], "x") + 0.5, second, 0.02);
        Assert.Contains("counts for the RTO: 53.4 s", phases.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_in_which_nothing_can_be_restored_says_so()
    {
        var test = SampleEvidence.Passed with
        {
            Window = SampleEvidence.Passed.Window is not { } window
                ? null
                : window with { Earliest = null, Latest = null, Spans = [] },
        };

        Assert.Contains(
            "Nothing could be restored",
            Section(Parse(DrillReport.Render(Sign(test), [])), "window").Value,
            StringComparison.Ordinal);
    }
}
