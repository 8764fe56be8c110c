using RecoveryOS.Core.Messaging.OptOuts;

namespace RecoveryOS.Core.Tests.Messaging;

public sealed class OptOutReaderTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("opt-outs.tsv", 0.95, 0.98)]
    [InlineData("opt-outs-held-out.tsv", 0.95, 0.95)]
    public void Stop_phrases_are_understood(string corpus, double recall, double precision)
    {
        Accuracy accuracy = Accuracy.Of(
            Corpus.Read(corpus).Where(static row => row[1] != "keyword").Select(static row =>
                ($"[{row[0]}] {row[3]} => {OptOutReader.Read(row[3])}", row[0] == "stop",
                    OptOutReader.Read(row[3]) == OptOutIntent.Stop)));

        output.WriteLine($"{corpus}: {accuracy}");
        Assert.True(accuracy.Recall >= recall, accuracy.ToString());
        Assert.True(accuracy.Precision >= precision, accuracy.ToString());
    }

    [Theory]
    [InlineData("opt-outs.tsv", 0.90)]
    [InlineData("opt-outs-held-out.tsv", 0.80)]
    public void Doubt_goes_to_a_person(string corpus, double recall)
    {
        Accuracy accuracy = Accuracy.Of(
            Corpus.Read(corpus).Where(static row => row[1] != "keyword").Select(static row =>
                ($"[{row[0]}] {row[3]} => {OptOutReader.Read(row[3])}", row[0] == "unsure",
                    OptOutReader.Read(row[3]) == OptOutIntent.Unsure)));

        output.WriteLine($"{corpus}: unsure {accuracy}");
        Assert.True(accuracy.Recall >= recall, accuracy.ToString());
    }

    [Theory]
    [InlineData("opt-outs.tsv")]
    [InlineData("opt-outs-held-out.tsv")]
    public void Every_keyword_is_understood(string corpus) =>
        Assert.All(Corpus.Read(corpus).Where(static row => row[1] == "keyword"), static row =>
            Assert.Equal(row[0], OptOutReader.Read(row[3]).ToString(), ignoreCase: true));

    [Theory]
    [InlineData("opt-outs.tsv")]
    [InlineData("opt-outs-held-out.tsv")]
    public void Wanting_to_stop_drinking_never_opts_out(string corpus) =>
        Assert.All(Corpus.Read(corpus).Where(static row => row[1] == "drinking"), static row =>
            Assert.True(
                OptOutReader.Read(row[3]) == OptOutIntent.None, $"{row[3]} was read as {OptOutReader.Read(row[3])}"));
}
