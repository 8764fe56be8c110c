using System.Diagnostics;
using System.Globalization;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Cli.Tests.Backups;

/// <summary>Whatever the size, what passes through is never held.</summary>
public sealed class MemoryTests(PostgresFixture postgres)
{
    private const long MostKilobytes = 200 * 1000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static bool IsLong => LongRun.IsOn;

    [Fact]
    public async Task Backing_up_and_restoring_stays_below_200_MB()
    {
        await using var stage = await CommandStage.OpenAsync(
            postgres, await Specimen.StartAsync(10, null, Stop), isSealed: true);
        // What does not pack, so that it stays as large: 160 MB, which held would be too much, or 4 GB.
        await stage.Specimen.ExecuteAsync(
            Specimen.Odd,
            string.Create(CultureInfo.InvariantCulture, $"""
                CREATE EXTENSION pgcrypto;
                CREATE TABLE large (id int, body bytea);
                ALTER TABLE large ALTER body SET STORAGE EXTERNAL;
                INSERT INTO large SELECT id,
                    (SELECT string_agg(gen_random_bytes(1024), '') FROM generate_series(1, 250) AS part WHERE id > 0)
                FROM generate_series(1, {(IsLong ? 16_000 : 640)}) AS id
                """),
            Stop);
        var folder = Path.Combine(stage.Folder, "restored");
        try
        {
            await AssertSmallAsync(stage, "backup");
            await AssertSmallAsync(stage, "dump");
            await AssertSmallAsync(stage, "restore", "--newest", "--target", folder, "--start", "--yes");
            await AssertSmallAsync(stage, "restore", "--database", Specimen.Odd, "--into", "again", "--yes");
        }
        finally
        {
            foreach (var process in ProcessTable.WithWorkingFolder(folder))
                ProcessTable.Kill(process);
            await ProcessTable.WaitUntilGoneAsync(
                () => ProcessTable.WithWorkingFolder(folder), TimeSpan.FromSeconds(20), CancellationToken.None);
        }
    }

    private static async Task AssertSmallAsync(CommandStage stage, params string[] arguments)
    {
        using var process = stage.Start(arguments);
        var started = Stopwatch.GetTimestamp();
        var exit = process.WaitForExitAsync(Stop);
        long peak = 0;
        do
            peak = Math.Max(peak, PeakKilobytes(process.Id));
        while (await Task.WhenAny(exit, Task.Delay(10, Stop)) != exit);
        await exit;

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{arguments[0]}: {peak / 1000} MB, {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s"));
        Assert.True(process.ExitCode is 0, $"{string.Join(' ', arguments)} ended with {process.ExitCode}");
        Assert.InRange(peak, 1, MostKilobytes);
    }

    /// <summary>The most that the process ever had; 0 when it has just ended.</summary>
    private static long PeakKilobytes(int process)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/status")
                .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Select(line => long.Parse(line[6..^2], CultureInfo.InvariantCulture))
                .FirstOrDefault();
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
