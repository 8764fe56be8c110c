using RecoveryOS.Core.Messaging.CrisisScreens;

namespace RecoveryOS.Core.Tests.Messaging;

public sealed class CrisisCorpusTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("crisis.tsv", 0.98, 0.97)]
    [InlineData("crisis-held-out.tsv", 0.98, 0.95)]
    [InlineData("crisis-fresh.tsv", 0.50, 0.95)]
    public void Crisis_is_found_and_everyday_speech_is_not(string corpus, double recall, double precision)
    {
        Accuracy accuracy = Accuracy.Of(Corpus.Read(corpus).Select(static row =>
            ($"[{row[0]}] {row[3]} => {CrisisScreen.Screen(row[3])?.RuleId}", row[0] != "safe",
                CrisisScreen.Screen(row[3]) is not null)));

        output.WriteLine($"{corpus}: {accuracy}");
        Assert.True(accuracy.Recall >= recall, accuracy.ToString());
        Assert.True(accuracy.Precision >= precision, accuracy.ToString());
    }

    [Fact]
    public void Priority_and_category_are_mostly_right()
    {
        var crises = Corpus.Read("crisis.tsv").Where(static row => row[0] != "safe")
            .Select(static row => (Row: row, Finding: CrisisScreen.Screen(row[3])))
            .Where(static one => one.Finding is not null).ToList();
        var priorities = crises.Where(one => !Is(one.Finding?.Priority, one.Row[0])).ToList();
        var categories = crises.Where(one => !Is(one.Finding?.Category, one.Row[1])).ToList();

        output.WriteLine($"{priorities.Count} other priorities, {categories.Count} other categories of {crises.Count}");
        Assert.True(
            priorities.Count <= crises.Count * 0.03,
            string.Join('\n', priorities.Select(one => $"{one.Row[3]} {one.Finding}")));
        Assert.True(
            categories.Count <= crises.Count * 0.10,
            string.Join('\n', categories.Select(one => $"{one.Row[3]} {one.Finding}")));
    }

    private static bool Is<T>(T value, string snakeCase) =>
        string.Equals(
            value?.ToString(), snakeCase.Replace("_", "", StringComparison.Ordinal),
            StringComparison.OrdinalIgnoreCase);
}
