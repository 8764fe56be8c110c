using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Tests.Script;

/// <summary>The closing line of <c>./recoveryos test</c>, from result files as the test platform writes them.</summary>
public sealed class TestSumTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public async Task All_files_are_summed_and_what_was_not_executed_is_skipped()
    {
        Write("One.Tests", total: 5, passed: 5, failed: 0);
        Write("Two.Tests", total: 7, passed: 4, failed: 0);

        var ended = await SumAsync("false");

        Assert.Equal("9 passed, 0 failed, 3 skipped\n", ended.Output);
        Assert.Equal(0, ended.ExitCode);
    }

    [Fact]
    public async Task Failed_tests_are_named_before_the_closing_line()
    {
        Write("One.Tests", total: 3, passed: 1, failed: 2, "Tests.Score(text: \"a & b\")", "Tests.Other");

        var ended = await SumAsync("false");

        Assert.Equal(
            "Failed: Tests.Score(text: \"a & b\")\nFailed: Tests.Other\n1 passed, 2 failed, 0 skipped\n", ended.Output);
        Assert.Equal(1, ended.ExitCode);
    }

    [Fact]
    public async Task Skipped_test_fails_the_run_on_CI()
    {
        Write("One.Tests", total: 2, passed: 1, failed: 0);

        var ended = await SumAsync("true");

        Assert.EndsWith("\n1 passed, 0 failed, 1 skipped\n", ended.Output, StringComparison.Ordinal);
        Assert.Equal(1, ended.ExitCode);
    }

    [Fact]
    public async Task No_test_at_all_is_a_failure()
    {
        var ended = await SumAsync("false");

        Assert.Equal("Problem: no test ran\n0 passed, 0 failed, 0 skipped\n", ended.Output);
        Assert.Equal(1, ended.ExitCode);
    }

    private Task<CliProcess> SumAsync(string ci) => CliProcess.RunAsync(
        "bash",
        new Dictionary<string, string> { ["CI"] = ci },
        Path.Combine(Installation.Root, "recoveryos"), "test", "--sum", temporary.Path);

    private void Write(string name, int total, int passed, int failed, params string[] failedNames)
    {
        var results = failedNames.Select(test => $"""
                <UnitTestResult executionId="1" testName="{Attribute(test)}" outcome="Failed" duration="00:00:00.01">
                  <Output><ErrorInfo><Message>passed="100" &lt;Counters total="100"</Message></ErrorInfo></Output>
                </UnitTestResult>
            """);
        File.WriteAllText(Path.Combine(temporary.Path, $"{name}.trx"), $"""
            <?xml version="1.0" encoding="utf-8"?>
            <TestRun id="1" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>
            {string.Join('\n', results)}
              </Results>
              <ResultSummary outcome="Completed">
                {Counters(total, passed, failed)}
              </ResultSummary>
            </TestRun>
            """);
    }

    private static string Attribute(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);

    private static string Counters(int total, int passed, int failed) =>
        $"""<Counters total="{total}" executed="{passed + failed}" passed="{passed}" failed="{failed}" """
        + """error="0" timeout="0" aborted="0" inconclusive="0" notExecuted="0" />""";
}
