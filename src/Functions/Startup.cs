using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Functions;

/// <summary>Starts the host; what is wrong with the settings is one line on standard error.</summary>
internal static class Startup
{
    public static int Run(Func<IHost> build)
    {
        try
        {
            build().Run();
            return 0;
        }
        catch (Exception exception) when (Failures(exception) is { Count: > 0 } failures)
        {
            Console.Error.WriteLine("recoveryos: cannot start: " + string.Join("; ", failures));
            return 1;
        }
    }

    // Several wrong sections come as an aggregate.
    private static List<string> Failures(Exception exception) => exception switch
    {
        OptionsValidationException options => [.. options.Failures.Select(WithoutProperty)],
        AggregateException many => [.. many.InnerExceptions.SelectMany(Failures)],
        // An address to listen on that is taken, or none.
        IOException or FormatException => [exception.Message],
        _ => [],
    };

    // The generated validators say "Url: Database:Url is missing", where the setting's own name is enough.
    private static string WithoutProperty(string failure) =>
        failure.IndexOf(": ", StringComparison.Ordinal) is var end and >= 0
            && failure[..end].All(char.IsAsciiLetterOrDigit)
            ? failure[(end + 2)..]
            : failure;
}
