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
        catch (OptionsValidationException exception)
        {
            Console.Error.WriteLine("recoveryos: cannot start: " + string.Join("; ", exception.Failures));
            return 1;
        }
    }
}
