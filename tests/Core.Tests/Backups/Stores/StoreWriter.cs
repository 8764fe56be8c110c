using System.Diagnostics;

namespace RecoveryOS.Core.Tests.Backups.Stores;

/// <summary>A writer in a process of its own, perhaps with less than the tests have.</summary>
internal sealed class StoreWriter : IDisposable
{
    /// <summary>Of <c>tests/StoreProcess</c>.</summary>
    internal static readonly string Program = Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "..", "..", "StoreProcess",
            Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "StoreProcess.dll"));

    private readonly Process process;

    private StoreWriter(params string[] command) =>
        process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException($"{command[0]} did not start");

    public static StoreWriter Start(string folder, string name) => new("dotnet", Program, folder, name);

    /// <summary>
    /// On a disk of 4 MB, in a mount namespace of its own; says at the end how many files are left there.
    /// </summary>
    public static StoreWriter StartOnSmallDisk(string folder, string name) => new(
        "unshare", "--mount", "--map-root-user", "sh", "-c",
        """
        mount -t tmpfs -o size=4m tmpfs "$1" && dotnet "$0" "$1" "$2" &&
        echo "$(find "$1" -type f | wc -l) files left"
        """,
        Program, folder, name);

    public static StoreWriter StartOnReadOnlyDisk(string folder, string name) => new(
        "unshare", "--mount", "--map-root-user", "sh", "-c",
        """mount -t tmpfs -o ro tmpfs "$1" && exec dotnet "$0" "$1" "$2" """, Program, folder, name);

    /// <summary>As a user who may look into the folder, and not write there.</summary>
    public static StoreWriter StartAsNobody(string folder, string name)
    {
        File.SetUnixFileMode(folder, (UnixFileMode)0b101_101_101);
        return Environment.IsPrivilegedProcess
            ? new(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "env",
                "HOME=/tmp",
                "dotnet",
                Program,
                folder,
                name)
            : Start(folder, name);
    }

    /// <summary>Sets or takes a flag of the file system, which only root may.</summary>
    public static async Task ChangeFlagAsync(string flag, string path)
    {
        string[] command = Environment.IsPrivilegedProcess
            ? ["chattr", flag, path]
            : ["sudo", "-n", "chattr", flag, path];
        using var process = Process.Start(command[0], command[1..]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    public async Task SendAsync(byte[] content)
    {
        await process.StandardInput.BaseStream.WriteAsync(content, TestContext.Current.CancellationToken);
        await process.StandardInput.BaseStream.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends all of it, ends the input, and returns what the writer said.</summary>
    public async Task<string> EndAsync(byte[] content)
    {
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await SendAsync(content);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It failed before it had read everything, as it should.
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (await output).Replace("ready\n", "", StringComparison.Ordinal).TrimEnd();
    }

    public static async Task WaitForAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
