using System.CommandLine;

namespace RecoveryOS.Bench.Texts;

/// <summary><c>bench texts</c>: texts that come in at a fixed rate, beside a bare endpoint.</summary>
internal static class TextCommand
{
    public static Command Create()
    {
        var rate = new Option<int>("--rate") { Description = "Texts a second", DefaultValueFactory = _ => 50 };
        var seconds = new Option<int>("--seconds")
        {
            Description = "How long each contender is under load",
            DefaultValueFactory = _ => 60,
        };
        var json = BenchOptions.Json();
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1000)
                result.AddError("--rate is 1 to 1000.");
        });
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 2 or > 3600)
                result.AddError("--seconds is 2 to 3600.");
        });
        var command = new Command(
            "texts", "Signed texts at a fixed rate to the service, beside a bare endpoint that verifies nothing")
        {
            rate, seconds, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var figures = await TextBench.RunAsync(parsed.GetValue(rate), parsed.GetValue(seconds), cancellationToken);
            await Console.Out.WriteLineAsync(figures.ToTable());
            await json.WriteAsync(parsed, figures, BenchJson.Default.TextFigures, cancellationToken);
            return figures.Errors == 0 ? 0 : 1;
        });
        return command;
    }
}
