using System.CommandLine;

namespace RecoveryOS.Bench.CheckIns;

/// <summary><c>bench check-ins</c>: the main job beside pgbench and a bare endpoint.</summary>
internal static class CheckInCommand
{
    public static Command Create()
    {
        var connections = new Option<int>("--connections")
        {
            Description = "Clients at once, of the service as of pgbench",
            DefaultValueFactory = _ => 32,
        };
        var seconds = new Option<int>("--seconds")
        {
            Description = "How long each contender is under load, in rounds of 5 s",
            DefaultValueFactory = _ => 20,
        };
        var json = BenchOptions.Json();
        connections.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 128)
                result.AddError("--connections is 1 to 128.");
        });
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 3600)
                result.AddError("--seconds is 1 to 3600.");
        });
        var command = new Command(
            "check-ins", "Check-ins over HTTP beside pgbench with the same SQL, a bare endpoint, and a bare start-up")
        {
            connections, seconds, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var figures = await CheckInBench.RunAsync(
                parsed.GetValue(connections), parsed.GetValue(seconds), cancellationToken);
            await Console.Out.WriteLineAsync(figures.ToTable());
            await json.WriteAsync(parsed, figures, BenchJson.Default.CheckInFigures, cancellationToken);
            return figures.Errors == 0 ? 0 : 1;
        });
        return command;
    }
}
