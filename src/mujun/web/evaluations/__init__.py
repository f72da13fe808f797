"""The ruler on the web: rule sets, runs, results, notices and objections."""
