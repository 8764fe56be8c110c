using System.Reflection;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores.Unpacking;

/// <summary>
/// This program once more, as a process that only unpacks: beside a live server it can yield to everything else, which
/// the threads of one process can't do without holding up those that answer.
/// </summary>
public sealed class UnpackHelper
{
    private const string Verb = "unpack-tar";

    /// <summary>The exit code where the tar file is at fault; else it is errno.</summary>
    private const int Refused = 255;

    /// <summary>Null: this program never called <see cref="RunAsync"/>, and can't be a helper.</summary>
    private static UnpackHelper? found;

    private readonly IReadOnlyList<string> program;

    /// <param name="program">A command that calls <see cref="RunAsync"/> with its arguments.</param>
    internal UnpackHelper(IReadOnlyList<string> program) => this.program = program;

    /// <summary>What a program calls first: where it was started as a helper, it is done with that.</summary>
    /// <param name="arguments">The program's own.</param>
    /// <returns>The exit code; null: it was not started as a helper, and goes on.</returns>
    public static async Task<int?> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments is not [Verb, var packing, var folder])
        {
            found = new UnpackHelper(ThisProgram());
            return null;
        }

        try
        {
            await using var input = Console.OpenStandardInput();
            using var line = new TarLine(input, Enum.Parse<Packing>(packing), folder, null);
            foreach (var name in await line.RunAsync(CancellationToken.None))
                Console.WriteLine(name);
            return 0;
        }
        catch (Exception exception)
            when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return exception is IOException ? exception.HResult & 0xFFFF : Refused;
        }
    }

    /// <summary>Null: the program that we are part of is none, or yields itself.</summary>
    internal static UnpackHelper? Find() => BackgroundGroup.IsOurs ? null : found;

    /// <inheritdoc cref="TarLine.RunAsync"/>
    internal async Task<IReadOnlyList<string>> UnpackAsync(
        Stream packed, Packing packing, string folder, CancellationToken cancellationToken)
    {
        var start = ExternalCommand.Prepare(BackgroundCommand.Of([.. program, Verb, $"{packing}", folder]));
        start.RedirectStandardInput = true;
        using var process = ExternalCommand.Start(start);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var isTaken = await FeedAsync(packed, process.StandardInput.BaseStream, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            var said = new ExternalResult(process.ExitCode, await output, await error);
            return said.ExitCode switch
            {
                0 when isTaken => said.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                Refused => throw new InvalidDataException(said.Reason),
                var errno => throw new IOException(said.Reason, errno),
            };
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>False: it went away before it had all, and says why.</summary>
    private static async Task<bool> FeedAsync(Stream content, Stream input, CancellationToken cancellationToken)
    {
        await using (input)
        {
            try
            {
                await content.CopyToAsync(input, 1024 * 1024, cancellationToken);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    /// <summary>An executable, or the runtime and its assembly.</summary>
    private static IReadOnlyList<string> ThisProgram() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) is not "dotnet"
            ? [path]
            : [Environment.ProcessPath ?? "dotnet", Assembly.GetEntryAssembly()?.Location ?? ""];
}
