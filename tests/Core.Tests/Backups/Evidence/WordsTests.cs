using RecoveryOS.Core.Backups.Drills.Reports;

namespace RecoveryOS.Core.Tests.Backups.Evidence;

public sealed class WordsTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.054, "0.05 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(58.55, "58.6 s")]
    [InlineData(59.96, "1 min")]
    [InlineData(185, "3 min 5 s")]
    [InlineData(3599.6, "1 h")]
    [InlineData(7800, "2 h 10 min")]
    [InlineData(273_600, "3 d 4 h")]
    public void Spans_of_time_read_as_people_say_them(double seconds, string words) =>
        Assert.Equal(words, Words.Span(seconds));

    [Theory]
    [InlineData(999, "999 bytes")]
    [InlineData(1_284_114_220, "1.3 GB")]
    [InlineData(999_960, "1 MB")]
    public void Sizes_are_in_thousands(long bytes, string words) => Assert.Equal(words, Words.Size(bytes));

    [Fact]
    public void Runs_of_numbers_are_drawn_together() =>
        Assert.Equal("1–4, 7, 8, 10", Words.Ranges([1, 2, 3, 4, 7, 8, 10]));

    [Theory]
    [InlineData("first_query", "First query")]
    [InlineData("wal_chain", "WAL chain")]
    [InlineData("", "")]
    public void Words_of_the_evidence_read_as_words(string word, string title) =>
        Assert.Equal(title, Words.Title(word));
}
