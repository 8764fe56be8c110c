using RecoveryOS.Core.Backups.Restores.Unpacking;
using RecoveryOS.Core.Backups.Stores;

if (await UnpackHelper.RunAsync(args) is { } helped)
    return helped;

// A writer in a process of its own, for tests that kill it or give it less than they have: puts what comes on standard
// input into a folder's store, and prints how that ended.
var store = new FolderStore(args[0], TimeProvider.System);
Console.WriteLine("ready");
try
{
    await using var content = Console.OpenStandardInput();
    await store.PutAsync(args[1], content, CancellationToken.None);
    Console.WriteLine("stored");
}
catch (BackupStoreException exception)
{
    Console.WriteLine($"{exception.Failure}: {exception.Message}");
}

return 0;
