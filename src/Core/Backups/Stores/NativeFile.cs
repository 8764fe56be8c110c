using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>What Linux can do with files and .NET doesn't offer.</summary>
internal static class NativeFile
{
    // errno-base.h, errno.h
    public const int NotPermitted = 1;
    public const int NotThere = 2;
    public const int WouldBlock = 11;
    public const int AccessDenied = 13;
    public const int AlreadyThere = 17;
    public const int NoSpace = 28;
    public const int ReadOnly = 30;
    public const int NotEmpty = 39;
    public const int QuotaExceeded = 122;
    private const int InvalidArgument = 22;
    private const int NotImplemented = 38;

    // asm-generic/fcntl.h, the same on x64 and arm64; the close-on-exec flag keeps a handle from programs started.
    private const int ReadOnlyAccess = 0;
    private const int CloseOnExec = 0x80000;

    // linux/fadvise.h
    private const int Sequential = 2;

    private const int CurrentFolder = -100;
    private const uint NoReplace = 1;

    // linux/fs.h: FS_IOC_GETFLAGS, and the flags that keep a file (chattr +i, +a).
    private const nuint GetFlags = 0x80086601;
    private const long ImmutableOrAppendOnly = 0x10 | 0x20;

    /// <summary>Gives a file its final name if nothing has it; 0, or the error's number.</summary>
    public static int MoveNew(string from, string to)
    {
        var failure = RenameNoReplace(from, to);
        if (failure is not (InvalidArgument or NotImplemented))
            return failure;

        // Not every file system knows the flag. A second name is as atomic, and the first one goes then.
        if (Link(from, to) != 0)
            return Marshal.GetLastPInvokeError();

        File.Delete(from);
        return 0;
    }

    /// <summary>
    /// Opens a file to be read from its start; the error's number is not 0 where that failed. .NET's own opening takes
    /// a shared lock, which fails while another holds the file for itself to append, and keeps that one waiting while
    /// it is read.
    /// </summary>
    public static SafeFileHandle OpenForReading(string path, out int error)
    {
        var handle = new SafeFileHandle(Open(path, ReadOnlyAccess | CloseOnExec), ownsHandle: true);
        error = handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        // Only a hint to read ahead: what it says does not matter.
        if (error is 0)
            _ = Advise(handle, 0, 0, Sequential);
        return handle;
    }

    /// <summary>Removes an empty folder; 0, or the error's number.</summary>
    public static int RemoveFolder(string path) => Rmdir(path) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Removes a file; 0, or the error's number.</summary>
    public static int Remove(string path) => Unlink(path) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Whether a flag of the file system keeps a file as it is, or its folder as it is.</summary>
    public static bool IsKept(string path) =>
        HasKeepingFlag(path) || HasKeepingFlag(Path.GetDirectoryName(path) ?? "/");

    private static bool HasKeepingFlag(string path)
    {
        using var handle = OpenForReading(path, out var error);
        return error is 0 && Ioctl(handle, GetFlags, out var flags) == 0 && (flags & ImmutableOrAppendOnly) != 0;
    }

    private static int RenameNoReplace(string from, string to)
    {
        try
        {
            return Renameat2(CurrentFolder, from, CurrentFolder, to, NoReplace) == 0
                ? 0
                : Marshal.GetLastPInvokeError();
        }
        catch (EntryPointNotFoundException)
        {
            return NotImplemented;
        }
    }

    [DllImport(
        "libc", EntryPoint = "renameat2", SetLastError = true,
        CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Renameat2(int fromFolder, string from, int toFolder, string to, uint flags);

    [DllImport(
        "libc", EntryPoint = "link", SetLastError = true, CharSet = CharSet.Ansi,
        BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(string from, string to);

    [DllImport(
        "libc", EntryPoint = "unlink", SetLastError = true, CharSet = CharSet.Ansi,
        BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unlink(string path);

    [DllImport(
        "libc", EntryPoint = "rmdir", SetLastError = true, CharSet = CharSet.Ansi,
        BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rmdir(string path);

    [DllImport(
        "libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi,
        BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(SafeFileHandle handle, long offset, long length, int advice);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Ioctl(SafeFileHandle handle, nuint request, out long value);
}
