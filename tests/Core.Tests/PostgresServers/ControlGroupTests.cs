using System.Diagnostics;
using System.Globalization;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Tests.PostgresServers;

/// <summary>What a restore test takes of a machine that a live server is on too.</summary>
public sealed class ControlGroupTests
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Members_have_as_much_of_a_processor_as_they_are_given_and_no_more()
    {
        if (ControlGroup.Make($"recoveryos-test-{Guid.NewGuid():N}") is not { } group)
        {
            // Only root may make one.
            Assert.NotEqual("root", Environment.UserName);
            Assert.False(BackgroundGroup.TryLimit(10));
            return;
        }

        using var busy = Process.Start("sh", ["-c", "while :; do :; done"]);
        try
        {
            Assert.True(group.TryAdd(busy.Id));
            Assert.True(group.TryLimit(10));
            // A tenth of a processor does it in ten times its time; on a busy machine it takes longer.
            Assert.InRange(await TakesAsync(busy), Work * 5, Deadline);
            var throttled = Throttled(group);
            Assert.InRange(throttled, 1, int.MaxValue);

            Assert.True(group.TryLimit(0));
            await TakesAsync(busy);
            Assert.Equal(throttled, Throttled(group));
        }
        finally
        {
            busy.Kill();
            await busy.WaitForExitAsync(TestContext.Current.CancellationToken);
            group.Remove();
        }
    }

    /// <summary>How long the process needs for its work.</summary>
    private static async Task<TimeSpan> TakesAsync(Process process)
    {
        var started = Stopwatch.GetTimestamp();
        process.Refresh();
        var end = process.TotalProcessorTime + Work;
        while (process.TotalProcessorTime < end && Stopwatch.GetElapsedTime(started) < Deadline)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
            process.Refresh();
        }

        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>How often the kernel had the members wait for the next period.</summary>
    private static int Throttled(ControlGroup group) => File
        .ReadLines(Path.Combine(Path.GetDirectoryName(group.Members) ?? "", "cpu.stat"))
        .Where(line => line.StartsWith("nr_throttled ", StringComparison.Ordinal))
        .Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))
        .Single();
}
