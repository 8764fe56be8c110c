namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>Waits for conditions.</summary>
internal static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Asks until there is an answer; fails, naming <paramref name="what"/>, when there is none in time.
    /// </summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> ask, string what, TimeSpan limit)
        where T : class
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < limit, $"not within {limit.TotalSeconds} s: {what}");
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> holds, string what, TimeSpan limit) =>
        await UntilAsync(async () => await holds() ? "" : null, what, limit);
}
