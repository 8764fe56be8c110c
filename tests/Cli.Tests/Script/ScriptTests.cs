namespace RecoveryOS.Cli.Tests.Script;

/// <summary>What the script itself decides: when to build, and how a test run ends.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly FakeClone clone = new();

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task Unchanged_sources_are_built_once()
    {
        var first = await clone.RunAsync("", "token", "--role", "clinician");
        var second = await clone.RunAsync("", "token", "--role", "clinician");

        Assert.Equal("cli: token --role clinician\n", first.Output);
        Assert.Equal(first.Output, second.Output);
        Assert.Equal("", second.Error);
        Assert.Single(clone.Builds);
    }

    [Fact]
    public async Task Changed_source_is_built_again()
    {
        await clone.RunAsync("", "token");
        await File.WriteAllTextAsync(
            Path.Combine(clone.Root, "src", "Cli", "Program.cs"), "changed", TestContext.Current.CancellationToken);

        await clone.RunAsync("", "token");

        Assert.Equal(2, clone.Builds.Length);
    }

    [Fact]
    public async Task Invocations_at_the_same_time_share_one_build()
    {
        var ended = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => clone.RunAsync("", "token")));

        Assert.All(ended, one => Assert.Equal("cli: token\n", one.Output));
        Assert.Single(clone.Builds);
    }

    [Fact]
    public async Task Broken_source_shows_its_error_and_is_built_again()
    {
        var broken = await clone.RunAsync("publish", "token");
        var repaired = await clone.RunAsync("", "token");

        Assert.Equal(1, broken.ExitCode);
        Assert.Equal("", broken.Output);
        Assert.Contains("error CS5001", broken.Error, StringComparison.Ordinal);
        Assert.Equal("cli: token\n", repaired.Output);
    }

    [Fact]
    public async Task Script_works_through_a_link()
    {
        var link = Path.Combine(clone.Root, "..", "link");
        File.CreateSymbolicLink(link, clone.Script);

        var ended = await clone.RunAsync(link, "", ["token"]);

        Assert.Equal("cli: token\n", ended.Output);
        Assert.Contains("<PackageSet>compat</PackageSet>", ReadPackageSet(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_set_that_was_chosen_stays()
    {
        await File.WriteAllTextAsync(
            Path.Combine(clone.Root, "PackageSet.props"), "<official />", TestContext.Current.CancellationToken);

        await clone.RunAsync("", "token");

        Assert.Equal("<official />", ReadPackageSet());
    }

    [Theory]
    [InlineData("", 0, "2 passed, 0 failed, 0 skipped")]
    [InlineData("test", 1, "Problem: One.Tests ended with exit code 1", "1 passed, 1 failed, 0 skipped")]
    [InlineData("build", 1, "Problem: the solution does not build", "0 passed, 0 failed, 0 skipped")]
    [InlineData("publish", 1, "Problem: the service does not build", "0 passed, 0 failed, 0 skipped")]
    [InlineData("format", 1, "Problem: dotnet format would change files", "2 passed, 0 failed, 0 skipped")]
    [InlineData("crash", 1, "Problem: One.Tests left no results", "0 passed, 0 failed, 0 skipped")]
    public async Task Test_run_ends_with_the_sums(string fail, int exitCode, params string[] lines)
    {
        var ended = await clone.RunAsync(fail, "test");

        var output = ended.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(exitCode, ended.ExitCode);
        Assert.Equal(lines[^1], output[^1]);
        Assert.All(lines, line => Assert.Contains(line, output));
    }

    private string ReadPackageSet() => File.ReadAllText(Path.Combine(clone.Root, "PackageSet.props"));
}
