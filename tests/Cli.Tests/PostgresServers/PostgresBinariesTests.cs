using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Cli.Tests.PostgresServers;

public sealed class PostgresBinariesTests : IDisposable
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder temporary = new();

    private string Debian => Path.Combine(temporary.Path, "debian");

    public void Dispose() => temporary.Dispose();

    [Fact]
    public async Task Newest_of_debians_folders_is_taken()
    {
        Install(Path.Combine(Debian, "9", "bin"), 9);
        Install(Path.Combine(Debian, "15", "bin"), 15);
        Install(Path.Combine(Debian, "17", "bin"), 17);

        Assert.Equal(17, (await FindAsync("", null)).MajorVersion);
    }

    [Fact]
    public async Task Path_comes_first_and_a_link_leads_to_the_whole_folder()
    {
        Install(Path.Combine(Debian, "17", "bin"), 17);
        var whole = Path.Combine(temporary.Path, "whole");
        Install(whole, 16);
        var links = Directory.CreateDirectory(Path.Combine(temporary.Path, "links"));
        File.CreateSymbolicLink(Path.Combine(links.FullName, "postgres"), Path.Combine(whole, "postgres"));

        var found = await FindAsync($"/nowhere:{links.FullName}", null);

        Assert.Equal(Path.Combine(whole, "initdb"), found["initdb"]);
    }

    [Fact]
    public async Task Version_that_made_the_data_is_taken_even_when_a_newer_one_is_there()
    {
        Install(Path.Combine(Debian, "15", "bin"), 15);
        Install(Path.Combine(Debian, "17", "bin"), 17);

        Assert.Equal(15, (await FindAsync("", 15)).MajorVersion);
    }

    [Fact]
    public async Task Missing_one_says_where_it_looked_and_what_to_install()
    {
        Install(Path.Combine(Debian, "14", "bin"), 14);

        var failure = await Assert.ThrowsAsync<PostgresServerException>(() => FindAsync("/nowhere", null));

        Assert.Equal(
            $"PostgreSQL 15 or newer was not found on PATH nor in {Debian}/*/bin: "
            + "install it (on Debian and Ubuntu: apt-get install postgresql).",
            failure.Message);
    }

    private Task<PostgresBinaries> FindAsync(string path, int? major) =>
        PostgresBinaries.FindAsync(path, Debian, major, CancellationToken);

    private static void Install(string folder, int version)
    {
        Directory.CreateDirectory(folder);
        foreach (var program in new[] { "initdb", "pg_ctl", "psql", "postgres" })
        {
            var file = Path.Combine(folder, program);
            File.WriteAllText(file, $"#!/bin/sh\necho 'postgres (PostgreSQL) {version}.2 (Debian)'\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
