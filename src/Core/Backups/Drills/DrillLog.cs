using Microsoft.Extensions.Logging;

namespace RecoveryOS.Core.Backups.Drills;

/// <summary>
/// What a restore test does, written down while it does it: phases with their times, checks with their results. What
/// goes wrong in a check is its result; what goes wrong in a phase ends the test, and is a result too.
/// </summary>
public sealed partial class DrillLog(TimeProvider time, IProgress<BackupProgress>? progress, ILogger logger)
{
    private readonly List<DrillPhase> phases = [];
    private readonly List<DrillCheck> checks = [];

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    public IReadOnlyList<DrillPhase> Phases => phases;

    public IReadOnlyList<DrillCheck> Checks => checks;

    /// <summary>The one that runs, or ran last.</summary>
    public string Phase { get; private set; } = "plan";

    public IProgress<BackupProgress>? Progress => progress;

    /// <summary>Begins a step that measures itself.</summary>
    public void Enter(string name)
    {
        Phase = name;
        progress?.Report(new BackupProgress(name, 0, null));
    }

    /// <summary>Takes over what a step measured.</summary>
    public void Add(IEnumerable<DrillPhase> measured) =>
        phases.AddRange(measured.Select(phase => phase with { Seconds = Math.Round(phase.Seconds, 3) }));

    /// <summary>Does one step, and notes how long it took, also when it fails.</summary>
    /// <param name="bytes">How much was moved; null where that says nothing.</param>
    public async Task<T> PhaseAsync<T>(string name, Func<Task<T>> work, Func<T, long?>? bytes = null)
    {
        Enter(name);
        var started = time.GetTimestamp();
        try
        {
            var result = await work();
            phases.Add(new DrillPhase(name, Seconds(started), bytes?.Invoke(result)));
            return result;
        }
        catch
        {
            phases.Add(new DrillPhase(name, Seconds(started), null));
            throw;
        }
    }

    /// <summary>
    /// Looks at one thing. What cannot be looked at is inconclusive; damage that stops the look is a failure.
    /// </summary>
    /// <returns>Whether it was right.</returns>
    public async Task<bool> CheckAsync(string name, Func<Task<CheckResult>> look, CancellationToken cancellationToken)
    {
        progress?.Report(new BackupProgress(name, 0, null));
        var started = time.GetTimestamp();
        CheckResult result;
        try
        {
            result = await look();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            result = Explain(name, exception);
        }

        checks.Add(new DrillCheck(name, result.Verdict, result.Detail, Seconds(started)));
        return result.Verdict is Verdict.Passed;
    }

    /// <summary>Notes a result that was found on the way.</summary>
    public void Note(string name, CheckResult result, double seconds = 0) =>
        checks.Add(new DrillCheck(name, result.Verdict, result.Detail, seconds));

    /// <summary>Turns what ended a test into the result of a check.</summary>
    public void Fail(string name, Exception exception) => Note(name, Explain(name, exception));

    /// <summary>Lists what did not come to be looked at.</summary>
    public void Complete(IEnumerable<string> expected)
    {
        var reason = $"The test ended in the phase {Phase}, before this was looked at.";
        foreach (var name in expected.Except(checks.Select(check => check.Name)).ToList())
            Note(name, CheckResult.CouldNotLook(reason));
    }

    private double Seconds(long started) => Math.Round(time.GetElapsedTime(started).TotalSeconds, 3);

    private CheckResult Explain(string name, Exception exception)
    {
        if (Explanations.Of(exception) is { } known)
            return known;

        Unexplained(logger, name, exception);
        return CheckResult.CouldNotLook($"The tester itself failed ({exception.GetType().Name}); its log says more.");
    }

    [LoggerMessage(EventName = "restore_test_unexplained", Level = LogLevel.Error, Message = "{check}")]
    private static partial void Unexplained(ILogger logger, string check, Exception exception);
}
