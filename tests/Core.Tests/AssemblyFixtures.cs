using RecoveryOS.Testing;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
