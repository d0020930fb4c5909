/** The environment that we were started with; what we start inherits it. */
export const environment: Readonly<NodeJS.ProcessEnv> = process.env;
